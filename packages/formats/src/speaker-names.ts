const NUMBERED = /^(?:(?:speaker|spk|channel|s)[\s_:#-]*)?\d+$/iu;

/** A, B, …, Z, AA, AB, … */
const letterOf = (index: number): string =>
  (index < 26 ? "" : letterOf(Math.floor(index / 26) - 1)) +
  String.fromCodePoint(65 + (index % 26));

/**
 * Turns a provider's speaker into the name that the client sees: numbered ones (`0`, `speaker_1`)
 * become A, B, … in the order they are first asked for, everything else is already a name.
 */
export function createSpeakerNames(): (speaker: string) => string {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  let index = 0;
  const nextLetter = (): string => {
    while (taken.has(letterOf(index))) index += 1;
    return letterOf(index);
  };
  return (speaker) => {
    const known = names.get(speaker);
    if (known !== undefined) return known;
    const name = NUMBERED.test(speaker) ? nextLetter() : speaker;
    names.set(speaker, name);
    taken.add(name);
    return name;
  };
}

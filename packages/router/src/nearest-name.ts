/** The number of single-character edits between two words. */
const distance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const insert = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replace, insert, (previous[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
};

const LONGEST_NAME = 100;

/** The known name that a typing mistake most likely meant; undefined when none is close. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const asked = name.toLowerCase();
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    if (candidate.length > LONGEST_NAME) continue;
    const edits = distance(asked, candidate.toLowerCase());
    if (edits <= Math.max(2, candidate.length / 3) && edits < (best?.distance ?? Infinity))
      best = { name: candidate, distance: edits };
  }
  return best?.name;
}

const normalise = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[\s.-]/g, "_");

/** Edits (insert, delete, replace, swap neighbours) from one text to the other. */
const editDistance = (from: string, to: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
};

const LONGEST = 80;

/** The candidate that was most likely meant; undefined when none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalise(name);
  if (wanted.length > LONGEST) return undefined;
  let nearest: string | undefined;
  // One edit for every three letters; more would guess.
  let smallest = Math.floor(wanted.length / 3) + 1;
  for (const candidate of candidates) {
    const offered = normalise(candidate);
    if (Math.abs(offered.length - wanted.length) >= smallest) continue;
    const distance = editDistance(wanted, offered);
    if (distance < smallest) [nearest, smallest] = [candidate, distance];
  }
  return nearest;
}

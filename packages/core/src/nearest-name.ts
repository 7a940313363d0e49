const normalise = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[\s.-]/g, "_");

const isSwap = (from: string, to: string, [row, column]: readonly [number, number]): boolean =>
  row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];

/** Edits (insert, delete, replace, swap neighbours) from one text to the other. */
const editDistance = (from: string, to: string): number => {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column++) {
      const replaced = from[row - 1] === to[column - 1] ? 0 : 1;
      current.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + replaced,
          isSwap(from, to, [row, column]) ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
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

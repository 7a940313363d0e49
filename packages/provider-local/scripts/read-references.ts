import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** One recording and what is said in it. */
export interface Reference {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Texts too long for the table of the README, by file name. */
const LONG_TEXTS: Readonly<Record<string, string>> = {
  "two_cities_16k.wav":
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of Darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had nothing before us, we were all going direct to Heaven, we were all going direct the other way—in short, the period was so far like the present period, that some of its noisiest authorities insisted on its being received, for good or for evil, in the superlative degree of comparison only.",
};

const cellsOf = (line: string): readonly string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/**
 * Reads the table of a folder's `README.md`: the first column names a file, the last one holds its
 * words. Leaves out rows whose file is not there. Empty when there is no such table.
 */
export async function readReferences(folder: string): Promise<readonly Reference[]> {
  const readme = await readFile(join(folder, "README.md"), "utf8").catch(() => "");
  return readme.split("\n").flatMap((line) => {
    const cells = cellsOf(line);
    const [name, words] = [cells[0] ?? "", cells.at(-1) ?? ""];
    const path = join(folder, name);
    if (!/\.\w+$/u.test(name) || words === "" || !existsSync(path)) return [];
    return [{ name, path, text: LONG_TEXTS[name] ?? words.replaceAll("/", " ") }];
  });
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readReferences } from "../scripts/read-references.ts";
import { countWordErrors, normalisedWords } from "../scripts/word-errors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

describe("normalisedWords", () => {
  it.each([
    ["Ask not, WHAT?", "ask not what"],
    ["two-one—oh 01", "two one oh zero one"],
    ["Mr. Dashwood's", "mister dashwood's"],
    ["  ", ""],
  ])("reads %j as %j", (text, words) => {
    expect(normalisedWords(text).join(" ")).toBe(words);
  });
});

describe("countWordErrors", () => {
  it.each([
    ["one two three", "One, two, three.", 0],
    ["one two three", "one too three", 1],
    ["one two three", "one three", 1],
    ["one two three", "one and two three", 1],
    ["one two three", "", 3],
    ["one two three", "three two one", 2],
  ])("compares %j with %j", (reference, hypothesis, errors) => {
    expect(countWordErrors(reference, hypothesis)).toEqual({ errors, words: 3 });
  });
});

describe("readReferences", () => {
  it("reads the table, leaving out what is not there", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "talk.wav"), "");
    const rows = [
      "Recordings:",
      "| file | length | words |",
      "|---|---|---|",
      "| talk.wav | 2 s | one two / three |",
      "| gone.wav | 2 s | never |",
    ];
    await writeFile(join(folder, "README.md"), rows.join("\n"));
    expect(await readReferences(folder)).toEqual([
      { name: "talk.wav", path: join(folder, "talk.wav"), text: "one two   three" },
    ]);
    expect(await readReferences(join(folder, "nowhere"))).toEqual([]);
  });
});

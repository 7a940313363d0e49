import { join } from "node:path";
import { RESPONSE_FORMATS } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { UsageError } from "../command-failure.ts";
import type { AudioInput } from "./find-audio.ts";
import { planOutputs } from "./plan-outputs.ts";
import type { OutputSettings } from "./plan-outputs.ts";

const inputs = (...names: readonly string[]): readonly AudioInput[] =>
  names.map((name) => ({ path: `talks/${name}`, relativePath: name, sizeBytes: 1 }));

const settings: OutputSettings = {
  output: "out",
  formats: ["text"],
  many: false,
  found: "nothing",
};

const pathsOf = (
  names: readonly string[],
  changed: Partial<OutputSettings> = {},
): readonly (string | undefined)[] =>
  planOutputs(inputs(...names), { ...settings, ...changed }).flatMap(({ outputs }) =>
    outputs.map(({ path }) => path),
  );

describe("one result", () => {
  test("goes to the very path", () => {
    expect(pathsOf(["a.wav"], { output: "a.md" })).toEqual(["a.md"]);
  });

  test.each([
    ["a folder that is there", { found: "folder" }],
    ["a path with a slash at its end", { output: "out/" }],
    ["a folder where more may come", { many: true }],
  ] as const)("goes into %s", (_case, changed) => {
    expect(pathsOf(["a.wav"], changed)).toEqual([join("out", "a.txt")]);
  });
});

describe("several results", () => {
  test("each format has its own extension", () => {
    expect(pathsOf(["a.wav"], { formats: RESPONSE_FORMATS })).toEqual(
      ["a.json", "a.txt", "a.srt", "a.vtt", "a.verbose.json", "a.diarized.json"].map((name) =>
        join("out", name),
      ),
    );
  });

  test("keep the folders that they came from", () => {
    expect(pathsOf(["a.wav", join("inside", "a.wav")])).toEqual([
      join("out", "a.txt"),
      join("out", "inside", "a.txt"),
    ]);
  });

  test("keep the whole name where two would be the same", () => {
    expect(pathsOf(["a.wav", "a.mp3", "b.wav"])).toEqual([
      join("out", "a.wav.txt"),
      join("out", "a.mp3.txt"),
      join("out", "b.txt"),
    ]);
  });

  test("are refused where a file is in the way, or two have one name", () => {
    expect(() => pathsOf(["a.wav", "b.wav"], { found: "file" })).toThrow(UsageError);
    expect(() => pathsOf(["a.wav", "a.wav"])).toThrow("would both be written to");
  });
});

test("without an output everything goes to stdout", () => {
  expect(pathsOf(["a.wav", "a.wav"], { output: undefined })).toEqual([undefined, undefined]);
});

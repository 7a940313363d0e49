import { expect, test } from "vitest";
import { createSpeakerNames } from "./speaker-names.ts";

test("numbered speakers become letters in the order they speak, names stay", () => {
  const nameOf = createSpeakerNames();
  const speakers = ["3", "speaker_0", "Ana", "3", "Speaker 12", "B"];
  expect(speakers.map(nameOf)).toEqual(["A", "B", "Ana", "A", "C", "B"]);
});

test("a letter that is somebody's name already is left out", () => {
  const nameOf = createSpeakerNames();
  expect(["A", "0"].map(nameOf)).toEqual(["A", "B"]);
});

test("after Z comes AA", () => {
  const nameOf = createSpeakerNames();
  const names = Array.from({ length: 28 }, (_, index) => nameOf(String(index)));
  expect(names.slice(25)).toEqual(["Z", "AA", "AB"]);
});

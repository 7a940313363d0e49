import { decodeAudio, probeAudio } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile } from "@earshot/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileFromBytes } from "../src/audio-files.ts";
import { mostSteps } from "../src/pacer.ts";
import { openRandomAccess } from "../src/random-access.ts";
import type { RandomAccess } from "../src/random-access.ts";
import { endlessFiles, longMp4, longOgg, longWebm } from "./endless-files.ts";
import type { EndlessFile } from "./endless-files.ts";

type Reading = (file: EndlessFile, source: RandomAccess) => Promise<unknown>;

const readings: readonly (readonly [name: string, read: Reading])[] = [
  ["probed", ({ probe }, source) => probe(source)],
  ["decoded", ({ decode }, source) => Array.fromAsync(decode(source))],
];

interface Work {
  readonly steps: number;
  readonly turns: number;
  readonly sizeBytes: number;
}

/** What it takes to read a file to its end, or to its refusal. */
async function workOf(file: EndlessFile, read: Reading, count: number): Promise<Work> {
  const bytes = file.of(count);
  const source = await openRandomAccess(fileFromBytes(bytes, "endless"), undefined);
  await read(file, source).catch((error: unknown) => {
    const isKnown = TranscriptionError.is(error) || error instanceof RangeError;
    if (!isKnown) throw error;
  });
  return { steps: source.pacer.steps, turns: source.pacer.turns, sizeBytes: bytes.length };
}

/** The work that a file takes anyway, and what may be counted in one bulk. */
const FIXED_STEPS = 4200;
const LONGEST = 2000;
const MANY = 40_000;
/** A window of bytes is looked through in one go. */
const STEPS_PER_TURN = 2 ** 17;

describe.each(endlessFiles)("$name", (file) => {
  it.each(readings)("takes twice the steps for twice the pieces when it is %s", async (_, read) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: LONGEST }), async (count) => {
        const once = await workOf(file, read, count);
        const twice = await workOf(file, read, 2 * count);
        const fourTimes = await workOf(file, read, 4 * count);
        expect(twice.steps).toBeLessThanOrEqual(2 * once.steps + FIXED_STEPS);
        expect(fourTimes.steps).toBeLessThanOrEqual(4 * once.steps + FIXED_STEPS);
      }),
      { numRuns: 2, seed: 8 },
    );
  });

  it.each(readings)("lets others have their turn when it is %s", async (_, read) => {
    const { steps, turns, sizeBytes } = await workOf(file, read, MANY);
    expect(steps).toBeLessThanOrEqual(mostSteps(sizeBytes) + STEPS_PER_TURN);
    expect(turns).toBeGreaterThanOrEqual(steps < MANY / 2 ? 0 : Math.ceil(steps / STEPS_PER_TURN));
  });
});

/** The beginning of a file, and nothing but zeros behind it. */
const fileOfSize = (head: Uint8Array, sizeBytes: number): AudioFile => ({
  ...fileFromBytes(head, "long"),
  sizeBytes,
  read: async (start, end) => {
    const bytes = new Uint8Array(Math.min(end, sizeBytes) - start);
    bytes.set(head.subarray(start, end));
    return bytes;
  },
});

describe("a long file with sound in it", () => {
  it.each([
    ["ten hours of Opus, silent for the most part", longOgg(1_800_000), 36_000],
    ["an MP4 with a million packets of a byte and more", longMp4(1_000_000), 64_000],
    ["a recording of 600,000 short blocks", longWebm(600_000), 12_000],
  ])("is measured: %s", async (_, file, seconds) => {
    const { durationSeconds } = await probeAudio(fileOfSize(file.head, file.sizeBytes));
    expect(durationSeconds).toBeCloseTo(seconds, -1);
  });
});

describe("a file with countless empty pieces", () => {
  const fileOf = (name: string, count: number) => {
    const bytes = endlessFiles.find((file) => file.name === name)?.of(count) ?? new Uint8Array();
    return fileFromBytes(bytes, "endless");
  };

  it("is refused where its sound was still looked for", async () => {
    await expect(probeAudio(fileOf("MP4 of empty boxes", 2_200_000))).rejects.toMatchObject({
      code: "audio_unreadable",
      message: expect.stringContaining("countless empty pieces"),
    });
  });

  it("is of unknown length where its sound was found, so that a provider may take it", async () => {
    expect(await probeAudio(fileOf("Ogg of empty packets", 2_000_000))).toMatchObject({
      codec: "opus",
      durationSeconds: undefined,
    });
  });

  it("cannot be decoded", async () => {
    const decoding = Array.fromAsync(decodeAudio(fileOf("Ogg of empty packets", 2_000_000)));
    await expect(decoding).rejects.toMatchObject({ code: "audio_unreadable" });
  });
});

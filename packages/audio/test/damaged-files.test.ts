import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeAudio, probeAudio } from "@earshot/audio";
import type { AudioProbe } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder, whyNoFiles } from "./ffmpeg.ts";
import { madeFiles, makeFiles } from "./made-files.ts";
import type { MadeFile } from "./made-files.ts";
import { collectSamples } from "./samples.ts";
import { watchFile } from "./watched-file.ts";

const missing = whyNoFiles();
const folder = await temporaryFolder();
const LENGTH_SECONDS = 1;
const RUNS = 12;
/** No whole file of this length needs more than a few dozen. */
const MOST_READS = 3000;
const codes: ReadonlySet<string> = new Set(["audio_unreadable", "unsupported_media"]);

vi.setConfig({ testTimeout: 120_000 });

const chosen: readonly MadeFile[] = madeFiles.filter(({ name }) =>
  [
    "s24-22k.wav",
    "cbr-44k-stereo.mp3",
    "vbr-16k.mp3",
    "index-last.m4a",
    "index-first.m4a",
    "fragments.m4a",
    "s16-44k-stereo.flac",
    "vorbis-16k.ogg",
    "opus.ogg",
    "flac-44k-stereo.ogg",
    "opus.webm",
    "live-opus.webm",
    "vorbis-44k-stereo.webm",
    "lc-16k.aac",
  ].includes(name),
);

type Damage = (bytes: Uint8Array) => Uint8Array;
interface Place {
  /** From 0, the beginning, to 1, the end. */
  readonly at: number;
  readonly value: number;
}

const offsetIn = (bytes: Uint8Array, at: number): number => Math.floor(at * bytes.length);

const flip =
  (places: readonly Place[]): Damage =>
  (bytes) => {
    const damaged = bytes.slice();
    for (const { at, value } of places) damaged[offsetIn(bytes, at)] = value;
    return damaged;
  };
const cut =
  (at: number): Damage =>
  (bytes) =>
    bytes.subarray(0, offsetIn(bytes, at));
const splice =
  ([a, b]: readonly [number, number]): Damage =>
  (bytes) =>
    Buffer.concat([
      bytes.subarray(0, offsetIn(bytes, Math.min(a, b))),
      bytes.subarray(offsetIn(bytes, Math.max(a, b))),
    ]);
const repeat =
  ([a, b]: readonly [number, number]): Damage =>
  (bytes) =>
    Buffer.concat([
      bytes.subarray(0, offsetIn(bytes, Math.max(a, b))),
      bytes.subarray(offsetIn(bytes, Math.min(a, b))),
    ]);
const insert =
  ([at, junk]: readonly [number, Uint8Array]): Damage =>
  (bytes) => {
    const offset = offsetIn(bytes, at);
    return Buffer.concat([bytes.subarray(0, offset), junk, bytes.subarray(offset)]);
  };

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Structure stands at the beginning, so that is where damage tells most. */
const place: fc.Arbitrary<Place> = fc.record({
  at: fc.oneof(
    at,
    at.map((value) => value ** 6),
  ),
  value: fc.oneof(fc.constantFrom(0, 0xff, 0x80, 0x7f), fc.nat(255)),
});
const range = fc.tuple(at, at);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.array(place, { minLength: 1, maxLength: 40 }).map(flip),
  at.map(cut),
  range.map(splice),
  range.map(repeat),
  fc.tuple(at, fc.uint8Array({ maxLength: 200 })).map(insert),
);

const caught = <T>(promise: Promise<T>): Promise<T | TranscriptionError> =>
  promise.catch((error: unknown) => {
    if (TranscriptionError.is(error) && codes.has(error.code)) return error;
    throw error;
  });

const probeSafely = async (bytes: Uint8Array): Promise<AudioProbe | TranscriptionError> => {
  const watched = watchFile(bytes, { mostReads: MOST_READS });
  const found = await caught(probeAudio(watched.file));
  expect(watched.readCount()).toBeLessThanOrEqual(MOST_READS);
  return found;
};

const decodeSafely = async (bytes: Uint8Array): Promise<Float32Array | TranscriptionError> => {
  const watched = watchFile(bytes, { mostReads: MOST_READS });
  const found = await caught(collectSamples(decodeAudio(watched.file)));
  expect(watched.readCount()).toBeLessThanOrEqual(MOST_READS);
  return found;
};

const expectLength = (found: AudioProbe | TranscriptionError): void => {
  const seconds = TranscriptionError.is(found) ? 0 : (found.durationSeconds ?? 0);
  expect(Number.isFinite(seconds) && seconds >= 0).toBe(true);
};

const expectSound = (found: Float32Array | TranscriptionError): void => {
  if (TranscriptionError.is(found)) return;
  expect(found.every((sample) => sample >= -1 && sample <= 1)).toBe(true);
};

describe.skipIf(missing !== undefined)("files that were damaged", () => {
  const files = new Map<string, Uint8Array>();
  const bytesOf = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();

  beforeAll(async () => {
    await makeFiles(folder, chosen, LENGTH_SECONDS);
    for (const { name } of chosen) files.set(name, await readFile(join(folder, name)));
  }, 120_000);

  describe.each(chosen)("$name", ({ name }) => {
    it("is read in a few steps when it is whole", async () => {
      expect(await probeSafely(bytesOf(name))).toMatchObject({ channels: expect.any(Number) });
      const samples = await decodeSafely(bytesOf(name));
      expect(samples).toHaveProperty("byteLength");
    });

    it("is heard or refused when it was changed in any way, and never read without end", async () => {
      await fc.assert(
        fc.asyncProperty(damage, async (change) => {
          const bytes = change(bytesOf(name));
          const probe = await probeSafely(bytes);
          expectLength(probe);
          expectSound(await decodeSafely(bytes));
        }),
        { numRuns: RUNS },
      );
    });
  });
});

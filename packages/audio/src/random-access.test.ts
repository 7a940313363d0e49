import type { AudioFile } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { MAXIMUM_COLLECTED_BYTES, openRandomAccess } from "./random-access.ts";

const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
const plain = {
  type: "file",
  fileName: "a.wav",
  mediaType: "audio/wav",
  sizeBytes: undefined,
  durationSeconds: undefined,
} as const;
const inPieces = async function* () {
  yield bytes.subarray(0, 33);
  yield bytes.subarray(33);
};
const slice = (start: number, end: number) => Promise.resolve(bytes.subarray(start, end));
const never = () => new Promise<never>(() => {});

describe("openRandomAccess", () => {
  it.each<readonly [string, AudioFile]>([
    ["collects audio that can only be read in order", { ...plain, open: inPieces }],
    ["waits for audio that is still arriving", { ...plain, open: inPieces, read: slice }],
    ["trusts a known size", { ...plain, sizeBytes: 100, open: inPieces, read: slice }],
    [
      "asks again when it gets less than it asked for",
      {
        ...plain,
        sizeBytes: 100,
        open: inPieces,
        read: (start, end) => slice(start, Math.min(end, start + 7)),
      },
    ],
  ])("%s", async (_what, file) => {
    const source = await openRandomAccess(file, undefined);
    expect(source.sizeBytes).toBe(100);
    expect([...(await source.read(40, 60))]).toEqual([...bytes.subarray(40, 60)]);
    expect([...(await source.read(90, 200))]).toEqual([...bytes.subarray(90)]);
    expect(await source.read(100, 110)).toHaveLength(0);
  });

  it("collects no more than fits", async () => {
    const megabyte = new Uint8Array(2 ** 20);
    const endless = async function* () {
      for (;;) yield megabyte;
    };
    await expect(openRandomAccess({ ...plain, open: endless }, undefined)).rejects.toMatchObject({
      code: "audio_too_large",
      message: expect.stringContaining(`${MAXIMUM_COLLECTED_BYTES / 2 ** 20} MiB`),
    });
  });

  it("says so when the audio is shorter than its stated size", async () => {
    const file = { ...plain, sizeBytes: 200, open: inPieces, read: slice };
    const source = await openRandomAccess(file, undefined);
    await expect(source.read(50, 150)).rejects.toMatchObject({ code: "audio_unreadable" });
  });

  it.each<readonly [string, Partial<AudioFile>]>([
    [
      "audio that never arrives",
      { open: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) },
    ],
    ["a read that never returns", { open: inPieces, sizeBytes: 100, read: never }],
  ])("gives %s up when the signal fires", async (_what, part) => {
    const controller = new AbortController();
    const file = { ...plain, open: inPieces, ...part };
    const reading = openRandomAccess(file, controller.signal).then((source) => source.read(0, 10));
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
  });
});

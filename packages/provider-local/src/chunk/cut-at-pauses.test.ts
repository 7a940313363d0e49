import { describe, expect, it } from "vitest";
import { inPieces, madeSound } from "../../test/made-sound.ts";
import { SAMPLE_RATE } from "../engine/speech-engine.ts";
import { cutAtPauses, LONGEST_CHUNK, SHORTEST_CHUNK } from "./cut-at-pauses.ts";
import type { AudioChunk } from "./cut-at-pauses.ts";

const cut = (sound: Float32Array, pieceLength = SAMPLE_RATE): Promise<AudioChunk[]> =>
  Array.fromAsync(cutAtPauses(inPieces(sound, pieceLength)));

const secondsOf = (chunks: readonly AudioChunk[]): readonly number[] =>
  chunks.map(({ samples }) => samples.length / SAMPLE_RATE);

describe("cutAtPauses", () => {
  it("leaves audio up to the longest chunk in one piece", async () => {
    expect(secondsOf(await cut(madeSound([24, 0.5])))).toEqual([24]);
  });

  it("yields nothing for no audio", async () => {
    expect(await cut(new Float32Array(0))).toEqual([]);
  });

  it("cuts inside the only pause", async () => {
    const chunks = await cut(madeSound([15, 0.5], [0.4, 0], [20, 0.5]));
    expect(chunks[0]?.samples.length).toBeGreaterThan(15 * SAMPLE_RATE);
    expect(chunks[0]?.samples.length).toBeLessThan(15.4 * SAMPLE_RATE);
  });

  it("prefers the quieter of two pauses", async () => {
    const [first] = secondsOf(
      await cut(madeSound([12, 0.5], [0.3, 0.05], [6, 0.5], [0.3, 0.01], [10, 0.5])),
    );
    expect(first).toBeGreaterThan(18.3);
    expect(first).toBeLessThan(18.6);
  });

  it("does not take a pause that comes before the shortest chunk", async () => {
    const [first] = await cut(madeSound([5, 0.5], [1, 0], [30, 0.5]));
    expect(first?.samples.length).toBeGreaterThanOrEqual(SHORTEST_CHUNK);
    expect(first?.samples.length).toBeLessThanOrEqual(LONGEST_CHUNK);
  });

  it.each([100, 7777, SAMPLE_RATE * 60])(
    "loses and doubles no sample, in pieces of %i",
    async (pieceLength) => {
      const sound = Float32Array.from({ length: 70 * SAMPLE_RATE + 123 }, (_, index) =>
        Math.sin(index * index),
      );
      const chunks = await cut(sound, pieceLength);
      let next = 0;
      for (const { samples, start } of chunks) {
        expect(start).toBe(next);
        expect(samples).toEqual(sound.subarray(start, start + samples.length));
        next += samples.length;
      }
      expect(next).toBe(sound.length);
      expect(chunks.length).toBeGreaterThan(2);
    },
  );

  it("yields a chunk before the audio has ended", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Float32Array> {
      for (;;) {
        given++;
        yield madeSound([1, 0.5]);
      }
    }
    for await (const { samples } of cutAtPauses(endless())) {
      expect(samples.length).toBeGreaterThan(0);
      break;
    }
    expect(given).toBe(25);
  });
});

import { SAMPLE_RATE } from "../src/engine/speech-engine.ts";

/** A stretch of a 200 Hz tone: its length in seconds and its loudness from 0 to 1. */
export type Stretch = readonly [seconds: number, loudness: number];

/** Puts stretches of tone one after another. */
export function madeSound(...stretches: readonly Stretch[]): Float32Array<ArrayBuffer> {
  const lengths = stretches.map(([seconds]) => Math.round(seconds * SAMPLE_RATE));
  const sound = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  let start = 0;
  stretches.forEach(([, loudness], index) => {
    const end = start + (lengths[index] ?? 0);
    for (let at = start; at < end; at++) {
      sound[at] = loudness * Math.sin((2 * Math.PI * 200 * at) / SAMPLE_RATE);
    }
    start = end;
  });
  return sound;
}

/** The samples as a stream of pieces. */
export async function* inPieces(
  samples: Float32Array,
  pieceLength: number,
): AsyncGenerator<Float32Array, void, undefined> {
  for (let start = 0; start < samples.length; start += pieceLength) {
    yield samples.subarray(start, start + pieceLength);
  }
}

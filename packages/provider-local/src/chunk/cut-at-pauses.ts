import { SAMPLE_RATE } from "../engine/speech-engine.ts";
import { FRAME_SAMPLES, frameEnergies } from "./voiced-frames.ts";

/** A stretch of the audio; nothing is lost or doubled between one chunk and the next. */
export interface AudioChunk {
  readonly samples: Float32Array;
  /** Number of its first sample in the whole audio. */
  readonly start: number;
}

/** Moonshine takes 30 s at most, and loses text the closer it gets. */
export const SHORTEST_CHUNK: number = 10 * SAMPLE_RATE;
export const LONGEST_CHUNK: number = 24 * SAMPLE_RATE;

const PAUSE_FRAMES = 10;

/**
 * The middle of the quietest 200 ms between the shortest and the longest chunk, as a number of
 * samples. The samples must be at least as many as the longest chunk has.
 */
function quietestCut(samples: Float32Array): number {
  const energies = frameEnergies(samples.subarray(SHORTEST_CHUNK, LONGEST_CHUNK));
  const energyAt = (frame: number): number => energies[frame] ?? 0;
  let sum = energies.subarray(0, PAUSE_FRAMES).reduce((total, energy) => total + energy, 0);
  let [quietest, least] = [0, sum];
  for (let first = 1; first + PAUSE_FRAMES <= energies.length; first++) {
    sum += energyAt(first + PAUSE_FRAMES - 1) - energyAt(first - 1);
    if (sum < least) [quietest, least] = [first, sum];
  }
  return SHORTEST_CHUNK + (quietest + PAUSE_FRAMES / 2) * FRAME_SAMPLES;
}

/** Cuts a stream of samples (16 kHz, mono) in pauses, holding one chunk in memory. */
export async function* cutAtPauses(
  audio: AsyncIterable<Float32Array>,
): AsyncGenerator<AudioChunk, void, undefined> {
  const held = new Float32Array(LONGEST_CHUNK);
  let length = 0;
  let start = 0;
  const take = (count: number): AudioChunk => {
    const chunk = { samples: held.slice(0, count), start };
    held.copyWithin(0, count, length);
    length -= count;
    start += count;
    return chunk;
  };
  for await (const block of audio) {
    let rest = block;
    while (rest.length > 0) {
      if (length === LONGEST_CHUNK) yield take(quietestCut(held));
      const part = rest.subarray(0, LONGEST_CHUNK - length);
      held.set(part, length);
      length += part.length;
      rest = rest.subarray(part.length);
    }
  }
  if (length > 0) yield take(length);
}

import { throwIfAborted, unreadable } from "./audio-errors.ts";
import type { SampleBlock } from "./decoders/packet-decoder.ts";
import type { Pacer } from "./pacer.ts";
import { createResampler } from "./resampler.ts";
import type { Resampler } from "./resampler.ts";

type SampleBlocks = AsyncIterable<SampleBlock>;
type Samples = AsyncGenerator<Float32Array>;

const LOWEST_RATE = 1000;
const HIGHEST_RATE = 768_000;
/** Samples that are brought to the other frequency at a time: a few milliseconds of work at most. */
const SLICE_SAMPLES = 8192;

/** Damaged audio may decode to anything, and filters overshoot; nobody expects more than -1 to 1. */
function clamp(samples: Float32Array): Float32Array {
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index] ?? 0;
    if (value >= -1 && value <= 1) continue;
    samples[index] = Number.isNaN(value) ? 0 : Math.sign(value);
  }
  return samples;
}

/** Brings all samples to one frequency; theirs may change on the way, as in joined files. */
async function* resample(blocks: SampleBlocks, sampleRate: number): Samples {
  let inputRate: number | undefined;
  let resampler: Resampler | undefined;
  for await (const block of blocks) {
    if (block.sampleRate < LOWEST_RATE || block.sampleRate > HIGHEST_RATE) {
      throw unreadable(`The audio is damaged: it claims ${block.sampleRate} samples a second.`);
    }
    if (resampler === undefined || block.sampleRate !== inputRate) {
      if (resampler !== undefined) yield resampler.flush();
      resampler = createResampler(block.sampleRate, sampleRate);
      inputRate = block.sampleRate;
    }
    const samples = clamp(block.samples);
    for (let start = 0; start < samples.length; start += SLICE_SAMPLES)
      yield resampler.push(samples.subarray(start, start + SLICE_SAMPLES));
  }
  if (resampler !== undefined) yield resampler.flush();
}

/** Cuts a stream into pieces of one length; only the last may be shorter. */
async function* rechunk(pieces: AsyncIterable<Float32Array>, length: number): Samples {
  let chunk = new Float32Array(length);
  let filled = 0;
  for await (const piece of pieces) {
    let offset = 0;
    while (offset < piece.length) {
      const part = piece.subarray(offset, offset + length - filled);
      chunk.set(part, filled);
      filled += part.length;
      offset += part.length;
      if (filled < length) continue;
      yield chunk;
      chunk = new Float32Array(length);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

export interface SampleStreamOptions {
  /** In Hz. */
  readonly sampleRate: number;
  readonly signal: AbortSignal | undefined;
  readonly pacer: Pacer;
}

/** Lets other work have its turn, and stops when the signal fires. */
async function* paced(
  pieces: AsyncIterable<Float32Array>,
  { pacer, signal }: SampleStreamOptions,
): Samples {
  for await (const piece of pieces) {
    yield clamp(piece);
    if (pacer.isDue()) await pacer.giveWay();
    throwIfAborted(signal);
  }
}

/** Turns decoded blocks into pieces of one second at the wanted frequency. */
export function toSampleStream(blocks: SampleBlocks, options: SampleStreamOptions): Samples {
  const { sampleRate } = options;
  return rechunk(paced(resample(blocks, sampleRate), options), sampleRate);
}

import { unreadable } from "../audio-errors.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import { pcmFrameBytes } from "./pcm-format.ts";
import type { PcmFormat } from "./pcm-format.ts";
import { pcmToMono } from "./pcm-to-mono.ts";

/** Samples that are converted at a time: a fraction of a second, about a millisecond of work. */
const SLICE_SAMPLES = 2 ** 16;
const MOST_SLICE_FRAMES = 8192;

/** Bytes to read at a time, a whole number of frames. */
export function pcmSliceBytes(format: PcmFormat): number {
  const frames = Math.floor(SLICE_SAMPLES / Math.max(1, format.channels));
  return Math.min(Math.max(1, frames), MOST_SLICE_FRAMES) * pcmFrameBytes(format);
}

/** Mixes interleaved samples to mono, slice by slice. */
export function* decodePcm(bytes: Uint8Array, format: PcmFormat): Generator<SampleBlock> {
  const sliceBytes = pcmSliceBytes(format);
  if (sliceBytes === 0) throw unreadable("The audio is damaged: it claims to have no channel.");
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    const samples = pcmToMono(bytes.subarray(start, start + sliceBytes), format);
    if (samples.length > 0) yield { samples, sampleRate: format.sampleRate };
  }
}

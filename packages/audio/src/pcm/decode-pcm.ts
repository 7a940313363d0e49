import type { SampleBlock } from "../decoders/packet-decoder.ts";
import { pcmFrameBytes } from "./pcm-format.ts";
import type { PcmFormat } from "./pcm-format.ts";
import { pcmToMono } from "./pcm-to-mono.ts";

/** Frames that are converted at a time: a fraction of a second, well under a millisecond of work. */
const SLICE_FRAMES = 8192;

/** Bytes to read at a time, a whole number of frames. */
export const pcmSliceBytes = (format: PcmFormat): number => SLICE_FRAMES * pcmFrameBytes(format);

/** Mixes interleaved samples to mono, slice by slice. */
export function* decodePcm(bytes: Uint8Array, format: PcmFormat): Generator<SampleBlock> {
  const sliceBytes = pcmSliceBytes(format);
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    const samples = pcmToMono(bytes.subarray(start, start + sliceBytes), format);
    if (samples.length > 0) yield { samples, sampleRate: format.sampleRate };
  }
}

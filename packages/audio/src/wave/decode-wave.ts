import { unsupported } from "../audio-errors.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { decodePcm, pcmSliceBytes } from "../pcm/decode-pcm.ts";
import { readWaveFile } from "./wave-header.ts";

/** Slices that are read from the source at a time. */
const SLICES_PER_READ = 4;

/** Reads the samples of a WAV, RF64 or Wave64 file; `unsupported_media` for compressed ones. */
export async function* decodeWave(
  source: RandomAccess,
): AsyncGenerator<SampleBlock, void, undefined> {
  const { pcm, codec, dataStart, dataEnd } = await readWaveFile(source);
  if (pcm === undefined) throw unsupported(`WAV with ${codec} inside`);
  const readBytes = pcmSliceBytes(pcm) * SLICES_PER_READ;
  for (let start = dataStart; start < dataEnd; start += readBytes) {
    const bytes = await source.read(start, Math.min(start + readBytes, dataEnd));
    yield* decodePcm(bytes, pcm);
  }
}

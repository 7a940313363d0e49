import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readWaveFile } from "./wave-header.ts";

/** Measures a WAV, RF64 or Wave64 file by the samples that it really holds. */
export async function probeWave(source: RandomAccess): Promise<StreamDetails> {
  const { codec, sampleRate, channels, bytesPerSecond, dataStart, dataEnd } =
    await readWaveFile(source);
  const durationSeconds = bytesPerSecond === 0 ? undefined : (dataEnd - dataStart) / bytesPerSecond;
  return { codec, sampleRate, channels, durationSeconds };
}

import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readWaveFile } from "./wave-header.ts";
import type { WaveFile } from "./wave-header.ts";

function durationOf(file: WaveFile): number | undefined {
  const { pcm, statedSamples = 0, sampleRate, bytesPerSecond, dataStart, dataEnd } = file;
  if (pcm === undefined && statedSamples > 0) return statedSamples / sampleRate;
  return bytesPerSecond === 0 ? undefined : (dataEnd - dataStart) / bytesPerSecond;
}

/**
 * Measures a WAV, RF64 or Wave64 file by the samples that it really holds; compressed ones by what
 * the file says.
 */
export async function probeWave(source: RandomAccess): Promise<StreamDetails> {
  const file = await readWaveFile(source);
  const { codec, sampleRate, channels } = file;
  return { codec, sampleRate, channels, durationSeconds: durationOf(file) };
}

export interface WaveOptions {
  readonly sampleRate?: number;
  /** What the header says about the size of the samples; by default the truth. */
  readonly dataBytes?: number;
  /** What the header says about the size of the file; by default the truth. */
  readonly riffBytes?: number;
  /** The header's number of the coding; by default 1, linear PCM. */
  readonly formatTag?: number;
  readonly channels?: number;
}

const HEADER_BYTES = 44;

/** A WAV file with 16-bit samples, and with a header that need not be true. */
export function waveBytes(samples: Float32Array, options: WaveOptions = {}): Uint8Array {
  const { sampleRate = 16_000, formatTag = 1, channels = 1 } = options;
  const { dataBytes = samples.length * 2, riffBytes = HEADER_BYTES - 8 + samples.length * 2 } =
    options;
  const bytes = new Uint8Array(HEADER_BYTES + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, mark: string): void =>
    bytes.set(new TextEncoder().encode(mark), offset);
  text(0, "RIFF");
  view.setUint32(4, riffBytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, formatTag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, dataBytes, true);
  for (const [index, sample] of samples.entries()) {
    view.setInt16(HEADER_BYTES + index * 2, Math.round(sample * 0x7fff), true);
  }
  return bytes;
}

/** A tone of half the highest loudness. */
export function tone(frequencyHz: number, sampleRate: number, seconds: number): Float32Array {
  const step = (2 * Math.PI * frequencyHz) / sampleRate;
  return Float32Array.from(
    { length: Math.round(sampleRate * seconds) },
    (_, index) => 0.5 * Math.sin(step * index),
  );
}

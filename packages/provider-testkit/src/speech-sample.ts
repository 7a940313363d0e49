import type { AudioFile } from "@earshot/core";
import { sha256Of } from "./recorded-call.ts";

const SAMPLE_RATE = 16_000;
const HEADER_BYTES = 44;

export interface SpeechSampleOptions {
  /** By default 1. */
  readonly seconds?: number;
  /** Hertz, by default 220; another tone gives other bytes. */
  readonly frequency?: number;
}

/** A WAV file (16 kHz, mono, 16 bit) with a tone that swells and fades about as often as syllables do. */
export function speechSample(options: SpeechSampleOptions = {}): Uint8Array<ArrayBuffer> {
  const { seconds = 1, frequency = 220 } = options;
  const samples = Math.round(seconds * SAMPLE_RATE);
  const bytes = new Uint8Array(HEADER_BYTES + samples * 2);
  const view = new DataView(bytes.buffer);
  const writeText = (offset: number, text: string): void => {
    bytes.set(new TextEncoder().encode(text), offset);
  };
  writeText(0, "RIFF");
  view.setUint32(4, bytes.byteLength - 8, true);
  writeText(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  writeText(36, "data");
  view.setUint32(40, samples * 2, true);
  for (let index = 0; index < samples; index += 1) {
    const time = index / SAMPLE_RATE;
    const swell = Math.sin(Math.PI * 4 * time) ** 2;
    const value = Math.sin(2 * Math.PI * frequency * time) * swell * 12_000;
    view.setInt16(HEADER_BYTES + index * 2, Math.round(value), true);
  }
  return bytes;
}

/** Audio that remembers how it was read. */
export interface AudioSample {
  readonly file: AudioFile;
  /** Lower-case hex of its bytes. */
  readonly sha256: string;
  /** How often it was opened. */
  opens(): number;
  /** How many readers have neither finished nor let go. */
  openReaders(): number;
}

export interface AudioSampleOptions {
  /** By default a quarter of a second of tone. */
  readonly bytes?: Uint8Array;
  /** By default four chunks. */
  readonly chunks?: number;
  readonly overrides?: Partial<AudioFile>;
  /** Called before each chunk is handed out, counted from 0. */
  readonly onChunk?: (index: number) => void | Promise<void>;
}

const DEFAULT_SECONDS = 0.25;
const defaultBytes = speechSample({ seconds: DEFAULT_SECONDS });

/** An `AudioFile` for tests, of known size and length unless overridden. */
export function createAudioSample(options: AudioSampleOptions = {}): AudioSample {
  const { bytes = defaultBytes, chunks = 4, onChunk } = options;
  const chunkBytes = Math.max(1, Math.ceil(bytes.byteLength / chunks));
  let opens = 0;
  let readers = 0;
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    readers += 1;
    try {
      for (let index = 0; index * chunkBytes < bytes.byteLength; index += 1) {
        await onChunk?.(index);
        yield bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes);
      }
    } finally {
      readers -= 1;
    }
  }
  const file: AudioFile = {
    type: "file",
    fileName: "talk.wav",
    mediaType: "audio/wav",
    sizeBytes: bytes.byteLength,
    durationSeconds: DEFAULT_SECONDS,
    open: () => {
      opens += 1;
      return read();
    },
    ...options.overrides,
  };
  return { file, sha256: sha256Of(bytes), opens: () => opens, openReaders: () => readers };
}

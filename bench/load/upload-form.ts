import { randomFillSync } from "node:crypto";

/** What an upload consists of. */
export interface UploadForm {
  readonly audioBytes: number;
  /** Which part of the form comes first. */
  readonly first: "model" | "file";
}

const BOUNDARY = "bench-0a1b2c3d4e5f60718293a4b5c6d7e8f9";

/** The content type of every upload. */
export const UPLOAD_CONTENT_TYPE: string = `multipart/form-data; boundary=${BOUNDARY}`;

/** What the audio begins with. */
const AUDIO_MARK = "RIFF";

const NOISE_BYTES = 1024 * 1024;

/** Begins a file of 16 kHz, mono, 16 bits; what follows the 44 bytes of the header stays as it is. */
export function writeWavHeader(wav: Buffer): void {
  wav.write(AUDIO_MARK, 0, "latin1");
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(16_000, 24);
  wav.writeUInt32LE(32_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(wav.length - 44, 40);
}

/** A WAV header in front of noise: a gateway looks at the first bytes, nobody at the rest. */
const fillWithNoiseWav = (wav: Buffer): void => {
  const noiseBytes = Math.min(NOISE_BYTES, wav.length);
  randomFillSync(wav, 0, noiseBytes);
  for (let filled = noiseBytes; filled < wav.length; filled += noiseBytes)
    wav.copy(wav, filled, 0, Math.min(noiseBytes, wav.length - filled));
  writeWavHeader(wav);
};

/** A whole form as OpenAI's clients send it. */
export interface UploadBody {
  readonly bytes: Buffer;
  /** Where the audio begins. */
  readonly audioAt: number;
}

/** Builds the form; its audio is the only thing that takes memory. */
export function uploadBody({ audioBytes, first }: UploadForm): UploadBody {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name=`;
  const model = `${head}"model"\r\n\r\nwhisper-1\r\n`;
  const fileHead = `${head}"file"; filename="speech.wav"\r\nContent-Type: audio/wav\r\n\r\n`;
  const before = first === "model" ? model + fileHead : fileHead;
  const after = `\r\n${first === "model" ? "" : model}--${BOUNDARY}--\r\n`;
  const bytes = Buffer.allocUnsafe(before.length + audioBytes + after.length);
  bytes.write(before, 0, "latin1");
  fillWithNoiseWav(bytes.subarray(before.length, before.length + audioBytes));
  bytes.write(after, before.length + audioBytes, "latin1");
  return { bytes, audioAt: before.length };
}

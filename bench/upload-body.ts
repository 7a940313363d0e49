import { randomFillSync } from "node:crypto";
import type { BenchCase } from "./bench-case.ts";

const BOUNDARY = "bench-0a1b2c3d4e5f60718293a4b5c6d7e8f9";

/** The content type of every upload. */
export const UPLOAD_CONTENT_TYPE: string = `multipart/form-data; boundary=${BOUNDARY}`;

/** A WAV header in front of noise: a gateway looks at the first bytes, nobody at the rest. */
const noiseWav = (sizeBytes: number): Buffer => {
  const wav = randomFillSync(Buffer.allocUnsafe(sizeBytes));
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(sizeBytes - 8, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(16_000, 24);
  wav.writeUInt32LE(32_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(sizeBytes - 44, 40);
  return wav;
};

/** The whole form as OpenAI's clients send it. */
export function uploadBody({ audioBytes, first }: Pick<BenchCase, "audioBytes" | "first">): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name=`;
  const model = Buffer.from(`${head}"model"\r\n\r\nwhisper-1\r\n`);
  const file = Buffer.concat([
    Buffer.from(`${head}"file"; filename="speech.wav"\r\nContent-Type: audio/wav\r\n\r\n`),
    noiseWav(audioBytes),
    Buffer.from("\r\n"),
  ]);
  const end = Buffer.from(`--${BOUNDARY}--\r\n`);
  return Buffer.concat(first === "model" ? [model, file, end] : [file, model, end]);
}

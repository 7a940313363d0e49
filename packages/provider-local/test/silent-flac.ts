import { fileFromBytes } from "@earshot/audio";
import type { AudioFile } from "@earshot/core";
import { SAMPLE_RATE } from "../src/engine/speech-engine.ts";

const BLOCK_SAMPLES = 65_535;
const HEADER_BYTES = 42;

const crc = (bytes: Uint8Array, bits: 8 | 16, polynomial: number): number => {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++)
      value = ((value << 1) ^ (value & (1 << (bits - 1)) ? polynomial : 0)) & ((1 << bits) - 1);
  }
  return value;
};

/** A number like a character of UTF-8, below 65536. */
const coded = (number: number): readonly number[] => {
  if (number < 0x80) return [number];
  if (number < 0x800) return [0xc0 | (number >> 6), 0x80 | (number & 63)];
  return [0xe0 | (number >> 12), 0x80 | ((number >> 6) & 63), 0x80 | (number & 63)];
};

/** One block of silence in 14 bytes: 16 kHz, mono, 16 bit. */
const frame = (number: number): Uint8Array => {
  const fields = Uint8Array.of(0xff, 0xf8, 0x75, 0x08, ...coded(number), 0xff, 0xfe);
  const body = Uint8Array.of(...fields, crc(fields, 8, 0x07), 0, 0, 0);
  const sum = crc(body, 16, 0x8005);
  return Uint8Array.of(...body, sum >> 8, sum & 0xff);
};

/** Hours of silence in a small FLAC file, whose header may state another number of seconds. */
export function silentFlac(seconds: number, statedSeconds: number = seconds): AudioFile {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("fLaC", 0, "latin1");
  header.writeUInt32BE(0x8000_0022, 4);
  header.writeUInt16BE(BLOCK_SAMPLES, 8);
  header.writeUInt16BE(BLOCK_SAMPLES, 10);
  const statedSamples = statedSeconds * SAMPLE_RATE;
  header.writeUInt32BE(
    ((SAMPLE_RATE << 12) | (15 << 4) | Math.floor(statedSamples / 2 ** 32)) >>> 0,
    18,
  );
  header.writeUInt32BE(statedSamples % 2 ** 32, 22);
  const blocks = Math.ceil((seconds * SAMPLE_RATE) / BLOCK_SAMPLES);
  const frames = Array.from({ length: blocks }, (_, number) => frame(number));
  return fileFromBytes(Buffer.concat([header, ...frames]), "silence.flac");
}

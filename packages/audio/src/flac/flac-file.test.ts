import { describe, expect, it } from "vitest";
import { fileFromBytes } from "../audio-files.ts";
import { decodeAudio } from "../decode-audio.ts";
import { probeAudio } from "../probe-audio.ts";

const RATE = 16_000;
const BLOCK = 4096;

const crc = (bytes: Uint8Array, bits: 8 | 16, polynomial: number): number => {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) {
      value = (value << 1) ^ (value & (1 << (bits - 1)) ? polynomial : 0);
    }
    value &= (1 << bits) - 1;
  }
  return value;
};

/** A frame of one value, 16 kHz, mono, 16 bit, numbered below 128. */
function frame(number: number, value: number): Uint8Array {
  const fields = Uint8Array.of(0xff, 0xf8, 0xc5, 0x08, number);
  const checked = Uint8Array.of(
    ...fields,
    crc(fields, 8, 0x07),
    0x00,
    (value >> 8) & 0xff,
    value & 0xff,
  );
  const sum = crc(checked, 16, 0x8005);
  return Uint8Array.of(...checked, sum >> 8, sum & 0xff);
}

interface Info {
  readonly totalSamples?: number;
  readonly sampleRate?: number;
}

function header({ totalSamples = 0, sampleRate = RATE }: Info = {}): Uint8Array {
  const bytes = new Uint8Array(4 + 4 + 34);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("fLaC"));
  view.setUint32(4, 0x8000_0022);
  view.setUint16(8, BLOCK);
  view.setUint16(10, BLOCK);
  view.setUint32(18, ((sampleRate << 12) | (15 << 4)) >>> 0);
  view.setUint32(22, totalSamples);
  return bytes;
}
const frames = (...values: readonly number[]): Uint8Array =>
  Buffer.concat(values.map((value, number) => frame(number, value)));
const flac = (info: Info, ...values: readonly number[]): Uint8Array =>
  Buffer.concat([header(info), frames(...values)]);

const samplesOf = async (bytes: Uint8Array): Promise<number> => {
  const { durationSeconds = 0 } = await probeAudio(fileFromBytes(bytes, "a.flac"));
  return durationSeconds * RATE;
};
/** The value of each block. */
async function heard(bytes: Uint8Array): Promise<readonly number[]> {
  const samples: number[] = [];
  for await (const piece of decodeAudio(fileFromBytes(bytes, "a.flac"))) samples.push(...piece);
  return samples
    .filter((_, index) => index % BLOCK === 10)
    .map((value) => Math.round(value * 32_768));
}

describe("a FLAC file", () => {
  const values = [100, 200, 300, 400, 500];

  it("is read frame by frame", async () => {
    expect(await heard(flac({ totalSamples: 5 * BLOCK }, ...values))).toEqual(values);
    expect(await samplesOf(flac({ totalSamples: 5 * BLOCK }, ...values))).toBe(5 * BLOCK);
  });

  it("is measured by its last frame when its header does not tell", async () => {
    expect(await samplesOf(flac({}, ...values))).toBe(5 * BLOCK);
  });

  it("is measured by its last frame when it was cut off", async () => {
    expect(await samplesOf(flac({ totalSamples: 99 * BLOCK }, ...values))).toBe(5 * BLOCK);
  });

  it("is read behind an ID3 tag", async () => {
    const tag = Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 20, ...new Uint8Array(20));
    const bytes = Buffer.concat([tag, flac({}, ...values)]);
    expect(await samplesOf(bytes)).toBe(5 * BLOCK);
    expect(await heard(bytes)).toEqual(values);
  });

  it("goes on behind a damaged stretch", async () => {
    const junk = new Uint8Array(300).fill(0xff);
    const bytes = Buffer.concat([
      header(),
      frame(0, 100),
      frame(1, 200),
      junk,
      frame(3, 400),
      frame(4, 500),
    ]);
    const blocks = await heard(bytes);
    expect(blocks[0]).toBe(100);
    expect(blocks.slice(-2)).toEqual([400, 500]);
  });

  it("is unreadable when no frame fits its header", async () => {
    const bytes = flac({ totalSamples: 5 * BLOCK, sampleRate: 44_100 }, ...values);
    await expect(samplesOf(bytes)).rejects.toMatchObject({ code: "audio_unreadable" });
    await expect(heard(bytes)).rejects.toMatchObject({ code: "audio_unreadable" });
  });

  it("without a frame has no length and no sound", async () => {
    expect(await samplesOf(header())).toBe(0);
    expect(await heard(header())).toEqual([]);
  });
});

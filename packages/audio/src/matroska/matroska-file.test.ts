import { describe, expect, it } from "vitest";
import { fileFromBytes } from "../audio-files.ts";
import { decodeAudio } from "../decode-audio.ts";
import { probeAudio } from "../probe-audio.ts";

const RATE = 16_000;
const idBytes = (id: number): Uint8Array => {
  const hex = id.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
};
const UNKNOWN_SIZE = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
const sizeBytes = (size: number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(size));
  bytes[0] = 0x01;
  return bytes;
};
const element = (id: number, ...content: readonly Uint8Array[]): Uint8Array => {
  const body = Buffer.concat(content);
  return Buffer.concat([idBytes(id), sizeBytes(body.length), body]);
};
const openElement = (id: number, ...content: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([idBytes(id), UNKNOWN_SIZE, ...content]);
const unsigned = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const double = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
};
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const ebml = element(0x1a45dfa3, element(0x4282, text("webm")));
const info = (milliseconds?: number): Uint8Array =>
  element(
    0x1549a966,
    element(0x2ad7b1, Uint8Array.of(0x0f, 0x42, 0x40)),
    milliseconds === undefined ? new Uint8Array() : element(0x4489, double(milliseconds)),
  );
const audio = element(
  0xe1,
  element(0xb5, double(RATE)),
  element(0x9f, unsigned(1)),
  element(0x6264, unsigned(16)),
);
const track = (codec: string, ...more: readonly Uint8Array[]): Uint8Array =>
  element(
    0x1654ae6b,
    element(0xae, element(0xd7, unsigned(9)), element(0x83, unsigned(1))),
    element(
      0xae,
      element(0xd7, unsigned(1)),
      element(0x83, unsigned(2)),
      element(0x86, text(codec)),
      audio,
      ...more,
    ),
  );
const pcm = track("A_PCM/INT/LIT");

/** 100 ms of one value. */
const sound = (value: number): Uint8Array =>
  new Uint8Array(Int16Array.from({ length: RATE / 10 }, () => value).buffer);
const simpleBlock = (ticks: number, content: Uint8Array, trackNumber = 1): Uint8Array =>
  element(0xa3, Uint8Array.of(0x80 | trackNumber, ticks >> 8, ticks & 0xff, 0x80), content);
const cluster = (milliseconds: number, ...values: readonly number[]): Uint8Array =>
  element(
    0x1f43b675,
    element(0xe7, unsigned(milliseconds)),
    ...values.map((value, index) => simpleBlock(index * 100, sound(value))),
  );

const recording = (...parts: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([ebml, element(0x18538067, ...parts)]);

/** The value of every 100 ms. */
async function heard(bytes: Uint8Array): Promise<readonly number[]> {
  const samples: number[] = [];
  for await (const piece of decodeAudio(fileFromBytes(bytes, "a.webm"))) {
    samples.push(...[...piece].map((value) => Math.round(value * 32_768)));
  }
  return samples.filter((_, index) => index % (RATE / 10) === 50);
}
const seconds = async (bytes: Uint8Array): Promise<number | undefined> =>
  (await probeAudio(fileFromBytes(bytes, "a.webm"))).durationSeconds;

describe("a WebM file", () => {
  const whole = recording(info(400), pcm, cluster(0, 1, 2), cluster(200, 3, 4));

  it("is read cluster by cluster", async () => {
    expect(await probeAudio(fileFromBytes(whole, "a.webm"))).toMatchObject({
      container: "webm",
      codec: "pcm-s16",
      durationSeconds: 0.4,
      sampleRate: RATE,
      channels: 1,
    });
    expect(await heard(whole)).toEqual([1, 2, 3, 4]);
  });

  it("is measured by its packets when it was recorded live", async () => {
    const live = Buffer.concat([
      ebml,
      openElement(0x18538067, info(), pcm),
      openElement(
        0x1f43b675,
        element(0xe7, unsigned(1000)),
        simpleBlock(0, sound(1)),
        simpleBlock(100, sound(2)),
      ),
      openElement(
        0x1f43b675,
        element(0xe7, unsigned(1200)),
        element(0xa0, element(0xa1, Uint8Array.of(0x81, 0, 0, 0), sound(3))),
      ),
    ]);
    expect(await seconds(live)).toBeCloseTo(0.3, 6);
    expect(await heard(live)).toEqual([1, 2, 3]);
  });

  it("goes on behind a damaged stretch", async () => {
    const middle = cluster(200, 3);
    middle.fill(0x2f, 0, middle.length);
    const bytes = recording(info(), pcm, cluster(0, 1, 2), middle, cluster(300, 4));
    expect(await heard(bytes)).toEqual([1, 2, 4]);
  });

  it.each([1, 7, 8, 9, 12, 1000, 70_000])(
    "comes to an end with %d bytes of junk behind it",
    async (length) => {
      const junk = new Uint8Array(length).fill(0x2f);
      const bytes = Buffer.concat([
        ebml,
        openElement(0x18538067, info(), pcm, cluster(0, 1, 2), junk),
      ]);
      expect(await heard(bytes)).toEqual([1, 2]);
      expect(await seconds(bytes)).toBeCloseTo(0.2, 6);
    },
  );

  it("is measured by what is there when it was cut off", async () => {
    const cut = whole.subarray(0, whole.length - 100);
    expect(await seconds(cut)).toBeCloseTo(0.3, 6);
    expect(await heard(cut)).toEqual([1, 2, 3]);
  });

  it("gives the packets of its sound only", async () => {
    const pictures = simpleBlock(50, new Uint8Array(500).fill(9), 9);
    const bytes = recording(
      info(),
      pcm,
      openElement(
        0x1f43b675,
        element(0xe7, unsigned(0)),
        pictures,
        simpleBlock(0, sound(5)),
        pictures,
      ),
    );
    expect(await heard(bytes)).toEqual([5]);
  });

  it("gets back what was left out in front of every packet", async () => {
    const prefix = element(
      0x6d80,
      element(0x6240, element(0x5034, element(0x4254, unsigned(3)), element(0x4255, sound(6)))),
    );
    const bytes = recording(info(), track("A_PCM/INT/LIT", prefix), cluster(0, 7));
    expect(await heard(bytes)).toEqual([6, 7]);
  });

  it("leaves out what its encoder put in front", async () => {
    const hundredMilliseconds = Uint8Array.of(0x05, 0xf5, 0xe1, 0x00);
    const delayed = track("A_PCM/INT/LIT", element(0x56aa, hundredMilliseconds));
    expect(await heard(recording(info(), delayed, cluster(0, 1, 2)))).toEqual([2]);
  });

  it("of a foreign codec is measured but not decoded", async () => {
    const bytes = recording(info(100), track("A_AC3"), cluster(0, 1));
    expect(await probeAudio(fileFromBytes(bytes, "a.webm"))).toMatchObject({
      codec: "A_AC3",
      durationSeconds: 0.1,
    });
    await expect(heard(bytes)).rejects.toMatchObject({
      code: "unsupported_media",
      message: expect.stringContaining("A_AC3"),
    });
  });

  it("without sound is unreadable", async () => {
    await expect(seconds(recording(info(400), cluster(0, 1)))).rejects.toMatchObject({
      code: "audio_unreadable",
    });
  });
});

import { describe, expect, it } from "vitest";
import { fileFromBytes } from "../audio-files.ts";
import { decodeAudio } from "../decode-audio.ts";
import { probeAudio } from "../probe-audio.ts";

const RATE = 16_000;
const FRAMES = 16_000;
/** A ramp: every sample tells its own place. */
const sampleAt = (index: number): number => (index % 30_000) - 15_000;
const sound = Uint8Array.from(
  new Uint8Array(Int16Array.from({ length: FRAMES }, (_, index) => sampleAt(index)).buffer),
);

const u32 = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return bytes;
};
const u16 = (...values: readonly number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const box = (type: string, ...content: readonly Uint8Array[]): Uint8Array => {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
};

const ftyp = box("ftyp", text("qt  "), u32(0));
const mdhd = box("mdhd", u32(0, 0, 0, RATE, FRAMES, 0));
const soundEntry = (format: string): Uint8Array =>
  box(format, u16(0, 0, 0, 1, 0, 0, 0, 0), u16(1, 16, 0, 0), u32((RATE << 16) >>> 0));

interface Tables {
  readonly format?: string;
  readonly stts?: readonly number[];
  readonly stsc?: readonly number[];
  readonly stsz?: readonly number[];
  readonly stco?: readonly number[];
  readonly edits?: Uint8Array;
  readonly fragments?: Uint8Array;
}

/** By default two chunks of 8000 frames each, right behind the `ftyp` and `mdat` headers. */
const START = ftyp.length + 8;
const moov = (tables: Tables = {}): Uint8Array =>
  box(
    "moov",
    box("mvhd", u32(0, 0, 0, 1000, 1000)),
    box(
      "trak",
      box("tkhd", u32(0, 0, 0, 7)),
      tables.edits ?? new Uint8Array(),
      box(
        "mdia",
        mdhd,
        box("hdlr", u32(0, 0), text("soun"), u32(0, 0, 0)),
        box(
          "minf",
          box(
            "stbl",
            box("stsd", u32(0, 1), soundEntry(tables.format ?? "sowt")),
            box("stts", u32(0, ...(tables.stts ?? [1, FRAMES, 1]))),
            box("stsc", u32(0, ...(tables.stsc ?? [1, 1, 8000, 1]))),
            box("stsz", u32(0, ...(tables.stsz ?? [2, FRAMES]))),
            box("stco", u32(0, ...(tables.stco ?? [2, START, START + 16_000]))),
          ),
        ),
      ),
    ),
    tables.fragments ?? new Uint8Array(),
  );

const movie = (tables: Tables = {}): Uint8Array =>
  Buffer.concat([ftyp, box("mdat", sound), moov(tables)]);

async function decode(bytes: Uint8Array): Promise<readonly number[]> {
  const samples: number[] = [];
  for await (const piece of decodeAudio(fileFromBytes(bytes, "a.mov"))) {
    samples.push(...[...piece].map((value) => Math.round(value * 32_768)));
  }
  return samples;
}
const seconds = async (bytes: Uint8Array): Promise<number | undefined> =>
  (await probeAudio(fileFromBytes(bytes, "a.mov"))).durationSeconds;
const ramp = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => sampleAt(from + index));

describe("an MP4 file", () => {
  it("is read chunk by chunk", async () => {
    expect(await probeAudio(fileFromBytes(movie(), "a.mov"))).toMatchObject({
      container: "mov",
      codec: "pcm-s16",
      durationSeconds: 1,
      sampleRate: RATE,
      channels: 1,
    });
    expect(await decode(movie())).toEqual(ramp(0, FRAMES));
  });

  it("leaves out what its edit list leaves out", async () => {
    const edits = box(
      "edts",
      box("elst", u32(0, 2, 250, 0xffff_ffff, 0x1_0000, 500, 4000, 0x1_0000)),
    );
    expect(await seconds(movie({ edits }))).toBe(0.5);
    expect((await decode(movie({ edits })))[0]).toBe(sampleAt(4000));
  });

  it("is measured and decoded as far as it goes when it was cut off", async () => {
    const front = (at: readonly number[]): Uint8Array =>
      Buffer.concat([ftyp, moov({ stco: at }), box("mdat", sound)]);
    const shift = moov().length;
    const whole = front([2, START + shift, START + shift + 16_000]);
    const half = whole.subarray(0, START + shift + 24_000);
    expect(await seconds(half)).toBe(0.75);
    expect(await decode(half)).toEqual(ramp(0, 12_000));
  });

  it("is read fragment by fragment", async () => {
    const fragments = box("mvex", box("trex", u32(0, 7, 1, 1, 2, 0)));
    const head = Buffer.concat([
      ftyp,
      moov({ stts: [0], stsc: [0], stsz: [0, 0], stco: [0], fragments }),
    ]);
    const fragment = (count: number): Uint8Array => {
      const moof = (offset: number): Uint8Array =>
        box("moof", box("traf", box("tfhd", u32(0, 7)), box("trun", u32(1, count, offset))));
      return moof(moof(0).length + 8);
    };
    const bytes = Buffer.concat([
      head,
      fragment(10_000),
      box("mdat", sound.subarray(0, 20_000)),
      fragment(6000),
      box("mdat", sound.subarray(20_000)),
    ]);
    expect(await seconds(bytes)).toBe(1);
    expect(await decode(bytes)).toEqual(ramp(0, FRAMES));
  });

  const HUGE = 0xffff_ffff;
  it.each<readonly [string, Tables]>([
    ["more packets in a chunk than there are", { stsc: [1, 1, HUGE, 1] }],
    ["more durations than there are", { stts: [HUGE, HUGE, 1] }],
    ["more chunks than there are", { stco: [HUGE, START, START + 16_000] }],
    ["more packets than there are", { stsz: [2, HUGE] }],
  ])("that claims %s is heard as far as it goes", async (_what, tables) => {
    expect((await decode(movie(tables))).slice(0, 8000)).toEqual(ramp(0, 8000));
    expect(await seconds(movie(tables))).toBeGreaterThanOrEqual(0.5);
  });

  it("whose chunks are all the same does not make more sound than there is", async () => {
    const stco = [1000, ...Array.from({ length: 1000 }, () => START)];
    await expect(decode(movie({ stco, stsz: [2, HUGE] }))).rejects.toMatchObject({
      code: "audio_unreadable",
    });
  });

  it.each<readonly [string, Uint8Array]>([
    ["without an index", Buffer.concat([ftyp, box("mdat", sound)])],
    ["whose index is cut off", movie().subarray(0, -10)],
    ["without sound", Buffer.concat([ftyp, box("moov", box("mvhd", u32(0, 0, 0, 1000, 0)))])],
  ])("%s is unreadable", async (_what, bytes) => {
    await expect(seconds(bytes)).rejects.toMatchObject({ code: "audio_unreadable" });
    await expect(decode(bytes)).rejects.toMatchObject({ code: "audio_unreadable" });
  });

  it("of a foreign codec is measured but not decoded", async () => {
    const bytes = movie({ format: "alac" });
    expect(await probeAudio(fileFromBytes(bytes, "a.m4a"))).toMatchObject({ codec: "alac" });
    await expect(decode(bytes)).rejects.toMatchObject({
      code: "unsupported_media",
      message: expect.stringContaining("alac"),
    });
  });
});

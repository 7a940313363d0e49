import { describe, expect, it } from "vitest";
import { fileFromBytes } from "../audio-files.ts";
import { probeAudio } from "../probe-audio.ts";

const FRAME_BYTES = 417;
const FRAME_SECONDS = 1152 / 44_100;

/** MPEG-1, Layer III, 128 kbit/s, 44.1 kHz, stereo. */
function frame(
  content: readonly (readonly [offset: number, bytes: Uint8Array])[] = [],
): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES);
  bytes.set([0xff, 0xfb, 0x90, 0x00]);
  for (const [offset, part] of content) bytes.set(part, offset);
  return bytes;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const words = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return bytes;
};
const frames = (count: number): Uint8Array =>
  Buffer.concat(Array.from({ length: count }, () => frame()));

/** The tag of Xing: number of frames and of bytes. */
const xing = (count: number, bytes: number): Uint8Array =>
  frame([[36, Buffer.concat([text("Xing"), words(3, count, bytes)])]]);
/** The same with LAME's delay of 576 and padding of 1000 samples. */
const lame = (count: number, bytes: number): Uint8Array =>
  frame([
    [36, Buffer.concat([text("Info"), words(3, count, bytes), text("LAME3.100")])],
    [36 + 16 + 21, Uint8Array.of(0x24, 0x03, 0xe8)],
  ]);
const vbri = (count: number, bytes: number): Uint8Array => {
  const content = new Uint8Array(18);
  content.set(text("VBRI"));
  content.set(words(bytes, count), 10);
  return frame([[36, content]]);
};
const id3 = (sizeBytes: number): Uint8Array =>
  Buffer.concat([
    text("ID3\u0004\0\0"),
    Uint8Array.of(0, 0, sizeBytes >> 7, sizeBytes & 0x7f),
    new Uint8Array(sizeBytes).fill(0xff),
  ]);

const framesIn = async (...parts: readonly Uint8Array[]): Promise<number> => {
  const file = fileFromBytes(Buffer.concat(parts), "a.mp3");
  const { durationSeconds = 0, ...details } = await probeAudio(file);
  expect(details).toMatchObject({ codec: "mp3", sampleRate: 44_100, channels: 2 });
  return durationSeconds / FRAME_SECONDS;
};

describe("the length of an MP3", () => {
  it.each<readonly [string, number, readonly Uint8Array[]]>([
    ["counts the frames where nothing tells it", 700, [frames(700)]],
    ["leaves the frame with the tag out", 300, [xing(300, 301 * FRAME_BYTES), frames(300)]],
    ["believes the tag of a whole file", 40_000, [xing(40_000, 301 * FRAME_BYTES), frames(300)]],
    ["believes Fraunhofer's tag, too", 40_000, [vbri(40_000, 301 * FRAME_BYTES), frames(300)]],
    [
      "counts the frames of a file that was cut off",
      200,
      [xing(300, 301 * FRAME_BYTES), frames(200)],
    ],
    [
      "counts the frames of joined files",
      451,
      [xing(300, 301 * FRAME_BYTES), frames(300), xing(150, 151 * FRAME_BYTES), frames(150)],
    ],
    [
      "counts the frames when the tag tells no size",
      300,
      [frame([[36, Buffer.concat([text("Xing"), words(1, 9999)])]]), frames(300)],
    ],
    [
      "passes over tags in front, in between and behind",
      300,
      [id3(5000), frames(100), id3(300), frames(200), text("TAG".padEnd(128))],
    ],
    ["passes over junk", 200, [frames(100), new Uint8Array(3000).fill(0xff), frames(100)]],
    ["begins in the middle of a frame", 199, [frames(200).subarray(100)]],
    ["leaves out a last frame that is cut off", 9, [frames(10).subarray(0, -5)]],
  ])("%s", async (_what, expected, parts) => {
    expect(await framesIn(...parts)).toBeCloseTo(expected, 6);
  });

  it("leaves out what the encoder added at both ends", async () => {
    const samples = (await framesIn(lame(300, 301 * FRAME_BYTES), frames(300))) * 1152;
    expect(samples).toBeCloseTo(300 * 1152 - 576 - 1000, 3);
  });
});

import { decodeAudio, fileFromBytes, probeAudio } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectSamples } from "./samples.ts";
import { watchFile } from "./watched-file.ts";
import { tone, waveBytes } from "./wave-bytes.ts";
import type { WaveOptions } from "./wave-bytes.ts";

/** Far fewer than there are chunks. */
const MOST_READS = 2500;
const UNKNOWN = 0xffff_ffff;
const second = tone(440, 16_000, 1);
const asFile = (bytes: Uint8Array): ReturnType<typeof fileFromBytes> =>
  fileFromBytes(bytes, "talk.wav");
const secondsOf = async (bytes: Uint8Array): Promise<number | undefined> =>
  (await probeAudio(asFile(bytes))).durationSeconds;
const decodedSeconds = async (bytes: Uint8Array): Promise<number> =>
  (await collectSamples(decodeAudio(asFile(bytes)))).length / 16_000;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("a WAV header that is not true", () => {
  it.each<[string, WaveOptions]>([
    ["sizes of 0", { dataBytes: 0, riffBytes: 0 }],
    ["the highest sizes", { dataBytes: UNKNOWN, riffBytes: UNKNOWN }],
    ["the highest sizes less the header", { dataBytes: UNKNOWN - 36, riffBytes: UNKNOWN }],
    ["the highest sizes with a sign", { dataBytes: 0x7fff_ffff, riffBytes: 0x7fff_ffff }],
    ["a size that is too large", { dataBytes: 1_000_000 }],
    ["a size of the file that is too small", { riffBytes: 4 }],
  ])("%s: as long as the samples that are there", async (_, options) => {
    expect(await secondsOf(waveBytes(second, options))).toBeCloseTo(1, 3);
    expect(await decodedSeconds(waveBytes(second, options))).toBeCloseTo(1, 3);
  });

  it("measures what is there of a file that was cut off", async () => {
    const bytes = waveBytes(second);
    expect(await secondsOf(bytes.subarray(0, 44 + 16_000))).toBeCloseTo(0.5, 3);
    // In the middle of a sample.
    expect(await secondsOf(bytes.subarray(0, 44 + 8001))).toBeCloseTo(0.25, 3);
    expect(await decodedSeconds(bytes.subarray(0, 44 + 8001))).toBeCloseTo(0.25, 3);
  });

  it.each([0, UNKNOWN])("has no length without a sample (size %i)", async (dataBytes) => {
    const empty = waveBytes(new Float32Array(), { dataBytes });
    expect(await secondsOf(empty)).toBe(0);
    expect(await decodedSeconds(empty)).toBe(0);
  });

  it.each<[string, WaveOptions]>([
    ["no channel", { channels: 0 }],
    ["a frequency of 0", { sampleRate: 0 }],
    ["an impossible frequency", { sampleRate: 4_000_000_000 }],
  ])("refuses %s", async (_, options) => {
    const file = asFile(waveBytes(second, options));
    await expect(probeAudio(file)).rejects.toMatchObject({ code: "audio_unreadable" });
    await expect(collectSamples(decodeAudio(file))).rejects.toMatchObject({
      code: "audio_unreadable",
    });
  });

  it("measures a coding that it cannot decode, and says so when asked to", async () => {
    const file = asFile(waveBytes(second, { formatTag: 17 }));
    expect(await probeAudio(file)).toMatchObject({ codec: "adpcm-ima", sampleRate: 16_000 });
    await expect(collectSamples(decodeAudio(file))).rejects.toMatchObject({
      code: "unsupported_media",
      message: expect.stringContaining("Convert it to"),
    });
  });
});

describe.each<[string, Uint8Array]>([
  ["an empty file", new Uint8Array()],
  ["zeros", new Uint8Array(10_000)],
  ["text", text("And so my fellow Americans, ask not.\n".repeat(500))],
  ["HTML", text("<!DOCTYPE html><html><body>Not found</body></html>")],
  ["JSON", text('{"error":{"message":"Not found"}}')],
  ["half a WAV header", waveBytes(second).subarray(0, 30)],
  ["nothing but a mark of WAV", waveBytes(second).subarray(0, 12)],
  ["nothing but a mark of FLAC", text("fLaC")],
  ["nothing but a mark of Ogg", text("OggS")],
  ["nothing but a mark of MP4", text("\0\0\0\u0018ftypM4A \0\0\0\0")],
  ["nothing but a mark of WebM", Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3)],
  ["nothing but an ID3 tag", text("ID3\u0004\0\0\0\0\0\u000a0123456789")],
  ["nothing but a header of MP3", Uint8Array.of(0xff, 0xfb, 0x90, 0x00)],
  ["nothing but a header of ADTS", Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x20, 0x1f, 0xfc)],
])("%s", (_, bytes) => {
  it("is no audio", async () => {
    const expected = { name: "TranscriptionError", code: "audio_unreadable", param: "file" };
    await expect(probeAudio(asFile(bytes))).rejects.toMatchObject(expected);
    await expect(collectSamples(decodeAudio(asFile(bytes)))).rejects.toMatchObject(expected);
  });
});

describe.each<[string, string, string]>([
  ["empty chunks of WAV", "RIFF\0\0\0\0WAVE", "junk\0\0\0\0"],
  ["empty boxes of MP4", "\0\0\0\u0010ftypM4A \0\0\0\0", "\0\0\0\bfree"],
  ["empty elements of WebM", "\u001aE\u00df\u00a3\u0080\u0018S\u0080g\u00ff", "\u00ec\u0080"],
  ["empty pages of Ogg", "", `OggS\0${"\0".repeat(22)}`],
  ["empty tags", "", "ID3\u0004\0\0\0\0\0\0"],
])("nothing but %s", (_, start, unit) => {
  it("is refused after a few reads", async () => {
    const bytes = Buffer.from(start + unit.repeat(40_000), "latin1");
    const watched = watchFile(bytes, { mostReads: MOST_READS });
    await expect(probeAudio(watched.file)).rejects.toMatchObject({ code: "audio_unreadable" });
    await expect(collectSamples(decodeAudio(watched.file))).rejects.toMatchObject({
      code: "audio_unreadable",
    });
    expect(watched.readCount()).toBeLessThan(MOST_READS);
  });
});

describe("probeAudio", () => {
  it("names formats that it does not look into", async () => {
    const bytes = Buffer.concat([text("#!AMR\n"), new Uint8Array(500)]);
    expect(await probeAudio(asFile(bytes))).toEqual({
      container: "amr",
      mediaType: "audio/amr",
      codec: undefined,
      durationSeconds: undefined,
      sampleRate: undefined,
      channels: undefined,
    });
    await expect(collectSamples(decodeAudio(asFile(bytes)))).rejects.toMatchObject({
      code: "unsupported_media",
    });
  });

  it("answers for any bytes with a measure or with an error that a user can read", async () => {
    const junk = fc.uint8Array({ maxLength: 2000 });
    await fc.assert(
      fc.asyncProperty(junk, async (bytes) => {
        const found: unknown = await probeAudio(asFile(bytes)).catch((error: unknown) => error);
        const isReadable = TranscriptionError.is(found)
          ? ["audio_unreadable", "unsupported_media"].includes(found.code)
          : !(found instanceof Error);
        expect(isReadable).toBe(true);
      }),
    );
  });

  it("gives up with `aborted`, before it begins and while nothing arrives", async () => {
    const bytes = waveBytes(second);
    const early = probeAudio(asFile(bytes), AbortSignal.abort());
    await expect(early).rejects.toMatchObject({ name: "TranscriptionError", code: "aborted" });
    for (const isStreamOnly of [true, false]) {
      const controller = new AbortController();
      const { file } = watchFile(bytes, { isStreamOnly, stallsAt: 5000 });
      const stalled = probeAudio(file, controller.signal);
      controller.abort();
      await expect(stalled).rejects.toMatchObject({ code: "aborted" });
    }
  });

  it("measures audio that can only be read in order, and closes it", async () => {
    const watched = watchFile(waveBytes(second), { isStreamOnly: true, pieceBytes: 7 });
    expect((await probeAudio(watched.file)).durationSeconds).toBe(1);
    expect(watched.openStreams()).toBe(0);
  });

  it("turns the failure of a source into an error of its own", async () => {
    const file = { ...asFile(waveBytes(second)), read: () => Promise.reject(new Error("EIO")) };
    await expect(probeAudio(file)).rejects.toSatisfy(TranscriptionError.is);
  });
});

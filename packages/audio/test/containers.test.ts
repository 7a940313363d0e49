import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import {
  decodeAudio,
  fileFromBytes,
  fileFromPath,
  probeAudio,
  sniffMediaType,
} from "@earshot/audio";
import type { AudioFile } from "@earshot/core";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder, whyNoFiles } from "./ffmpeg.ts";
import { CLIP_SECONDS, decodeWithFfmpeg, madeFiles, makeFiles } from "./made-files.ts";
import { collectSamples, compareSamples } from "./samples.ts";

const RATE = 16_000;
/** The one kind that cannot be read without its end. */
const INDEX_LAST = "index-last.m4a";
const cuttable = madeFiles.filter(({ name }) => name !== INDEX_LAST);
/** No codec has longer frames: those of FLAC at 16 kHz. */
const ONE_FRAME_SECONDS = 0.29;
const missing = whyNoFiles();
const folder = await temporaryFolder();

describe.skipIf(missing !== undefined)("speech in files that ffmpeg made", () => {
  let references: ReadonlyMap<string, Float32Array>;

  const cutOff = async (name: string): Promise<AudioFile> => {
    const bytes = await readFile(join(folder, name));
    return fileFromBytes(bytes.subarray(0, bytes.length * 0.6), name);
  };

  beforeAll(async () => {
    await makeFiles(folder, madeFiles);
    const names = madeFiles.map(({ name }) => name);
    references = await decodeWithFfmpeg(folder, names);
  }, 120_000);

  describe.each(madeFiles)("$name", (made) => {
    const { name, mediaType, container, codec, sampleRate, channels, untoldSeconds = 0 } = made;
    const expectSpeechLength = (seconds: number | undefined, slackSeconds: number): void => {
      expect(seconds).toBeGreaterThan(CLIP_SECONDS - slackSeconds);
      expect(seconds).toBeLessThan(CLIP_SECONDS + untoldSeconds + slackSeconds);
    };

    it("is recognised by its first 64 bytes", async () => {
      const head = (await readFile(join(folder, name))).subarray(0, 64);
      const extension = extname(name).slice(1);
      const inside = container === "ogg" ? { codec } : {};
      expect(sniffMediaType(head)).toEqual({ mediaType, container, extension, ...inside });
    });

    it("is measured", async () => {
      const file = await fileFromPath(join(folder, name));
      expect(file.mediaType).toBe(mediaType);
      const { durationSeconds, ...probe } = await probeAudio(file);
      expect(probe).toEqual({ container, mediaType, codec, sampleRate, channels });
      expectSpeechLength(durationSeconds, 0.05);
    });

    it("decodes to what ffmpeg hears in it", async () => {
      const samples = await collectSamples(decodeAudio(await fileFromPath(join(folder, name))));
      expectSpeechLength(samples.length / RATE, 0.03);
      const reference = references.get(name) ?? new Float32Array();
      const { correlation } = compareSamples(samples, reference);
      expect(correlation).toBeGreaterThan(0.99);
      expect(Math.abs(samples.length - reference.length) / RATE).toBeLessThan(0.03);
    });
  });

  it.each(cuttable)("hears $name as far as it goes when it was cut off", async ({ name }) => {
    const file = await cutOff(name);
    const heardSeconds = (await collectSamples(decodeAudio(file))).length / RATE;
    expect(heardSeconds).toBeGreaterThan(CLIP_SECONDS * 0.2);
    expect(heardSeconds).toBeLessThan(CLIP_SECONDS * 0.7);
    const { durationSeconds = 0 } = await probeAudio(file);
    expect(Math.abs(durationSeconds - heardSeconds)).toBeLessThan(ONE_FRAME_SECONDS);
  });

  it.each(["opus.ogg", "vorbis-16k.ogg", "flac-44k-stereo.ogg"])(
    "hears both of two joined files (%s)",
    async (name) => {
      const bytes = await readFile(join(folder, name));
      const file = fileFromBytes(Buffer.concat([bytes, bytes]), name);
      expect((await probeAudio(file)).durationSeconds).toBeCloseTo(2 * CLIP_SECONDS, 1);
      const samples = await collectSamples(decodeAudio(file));
      expect(samples.length / RATE).toBeCloseTo(2 * CLIP_SECONDS, 1);
    },
  );

  it("hears MP3 behind a tag with a large picture", async () => {
    const tag = Buffer.alloc(100_010);
    // The size is stored in groups of seven bits.
    tag.set([...Buffer.from("ID3"), 4, 0, 0, 0, 6, 13, 32]);
    const bytes = await readFile(join(folder, "bare-cbr-24k.mp3"));
    const file = fileFromBytes(Buffer.concat([tag, bytes]), "talk.mp3");
    const plain = fileFromBytes(bytes, "talk.mp3");
    expect(await probeAudio(file)).toEqual(await probeAudio(plain));
    const samples = await collectSamples(decodeAudio(file));
    expect(samples).toEqual(await collectSamples(decodeAudio(plain)));
  });

  it("refuses MP4 that was cut off before its index", async () => {
    const expected = { name: "TranscriptionError", code: "audio_unreadable" };
    const file = await cutOff(INDEX_LAST);
    await expect(probeAudio(file)).rejects.toMatchObject(expected);
    await expect(collectSamples(decodeAudio(file))).rejects.toMatchObject(expected);
  });

  it.each(["vbr-16k.mp3", "index-first.m4a", "opus.ogg"])(
    "decodes %s to another frequency",
    async (name) => {
      const file = await fileFromPath(join(folder, name));
      const samples = await collectSamples(decodeAudio(file, { sampleRate: 8000 }));
      expect(samples.length / 8000).toBeCloseTo(CLIP_SECONDS, 1);
    },
  );
});

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFromBlob, fileFromBytes, fileFromPath } from "@earshot/audio";
import type { AudioFile } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./ffmpeg.ts";
import { tone, waveBytes } from "./wave-bytes.ts";

const folder = await temporaryFolder();
// Larger than one piece of a stream from disk.
const bytes = waveBytes(tone(440, 44_100, 2), { sampleRate: 44_100 });

const saved = (name: string, content: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const readAll = async (file: AudioFile): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;

describe.each<[string, () => Promise<AudioFile>]>([
  ["fileFromPath", () => fileFromPath(saved("talk.wav", bytes))],
  ["fileFromBytes", () => Promise.resolve(fileFromBytes(bytes, "talk.wav"))],
  [
    "fileFromBlob",
    () => Promise.resolve(fileFromBlob(new Blob([new Uint8Array(bytes)]), "talk.wav")),
  ],
])("%s", (_, make) => {
  it("describes the audio", async () => {
    expect(await make()).toMatchObject({
      type: "file",
      fileName: "talk.wav",
      mediaType: "audio/wav",
      sizeBytes: bytes.length,
      durationSeconds: undefined,
    });
  });

  it("opens from the first byte as often as asked, also at the same time", async () => {
    const file = await make();
    expect(isSame(await readAll(file), bytes)).toBe(true);
    const both = await Promise.all([readAll(file), readAll(file)]);
    expect(both.every((all) => isSame(all, bytes))).toBe(true);
  });

  it("can be left in the middle and opened again", async () => {
    const file = await make();
    for await (const chunk of file.open()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(isSame(await readAll(file), bytes)).toBe(true);
  });

  it.each([
    [0, 0],
    [0, 44],
    [44, 1044],
    [100_000, 170_000],
    [bytes.length - 3, bytes.length],
    [bytes.length - 3, bytes.length + 1000],
    [bytes.length, bytes.length + 10],
    [bytes.length + 10, bytes.length + 20],
  ])("reads the bytes from %i to %i, as far as there are any", async (start, end) => {
    const file = await make();
    expect(isSame(await file.read?.(start, end), bytes.subarray(start, end))).toBe(true);
  });
});

describe("fileFromPath", () => {
  it.each(["missing.wav", "."])("refuses %s, which is no file", async (name) => {
    await expect(fileFromPath(join(folder, name))).rejects.toMatchObject({
      name: "TranscriptionError",
      code: "audio_unreadable",
      message: expect.stringContaining(name === "." ? folder : name),
    });
  });

  it("rejects a read when the file has gone in the meantime", async () => {
    const path = saved("gone.wav", bytes);
    const file = await fileFromPath(path);
    rmSync(path);
    await expect(file.read?.(0, 10)).rejects.toMatchObject({ code: "audio_unreadable" });
  });

  it("goes by the bytes, then by the name", async () => {
    const junk = Buffer.from("no audio at all");
    expect((await fileFromPath(saved("wrong-name.mp3", bytes))).mediaType).toBe("audio/wav");
    expect((await fileFromPath(saved("junk.OGG", junk))).mediaType).toBe("audio/ogg");
    expect((await fileFromPath(saved("junk", junk))).mediaType).toBe("application/octet-stream");
    expect((await fileFromPath(saved("empty.flac", new Uint8Array()))).sizeBytes).toBe(0);
  });
});

describe("fileFromBlob", () => {
  it("takes name and type from a File, and has a name for a Blob", () => {
    const file = new File([new Uint8Array(bytes)], "note.m4a", { type: "audio/x-m4a" });
    expect(fileFromBlob(file)).toMatchObject({ fileName: "note.m4a", mediaType: "audio/x-m4a" });
    expect(fileFromBlob(file, "other.m4a").fileName).toBe("other.m4a");
    expect(fileFromBlob(new File([], "note.webm")).mediaType).toBe("audio/webm");
    const { fileName, mediaType } = fileFromBlob(new Blob([new Uint8Array(bytes)]));
    expect(fileName).not.toBe("");
    expect(mediaType).toBe("application/octet-stream");
  });
});

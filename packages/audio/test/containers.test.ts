import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { decodeAudio, fileFromPath, probeAudio, sniffMediaType } from "@earshot/audio";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder, whyNoFiles } from "./ffmpeg.ts";
import { CLIP_SECONDS, decodeWithFfmpeg, madeFiles, makeFiles } from "./made-files.ts";
import { collectSamples, compareSamples } from "./samples.ts";

const missing = whyNoFiles();

describe.skipIf(missing !== undefined)("speech in real files", () => {
  let folder: string;
  let references: ReadonlyMap<string, Float32Array>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await makeFiles(folder, madeFiles);
    references = await decodeWithFfmpeg(
      folder,
      madeFiles.map(({ name }) => name),
    );
  }, 120_000);

  describe.each(madeFiles)("$name", (made) => {
    const { name, mediaType, container, codec, sampleRate, channels } = made;

    it("measures", async () => {
      const file = await fileFromPath(join(folder, name));
      const s = sniffMediaType((await readFile(join(folder, name))).subarray(0, 64));
      const p = await probeAudio(file).catch((e) => e);
      const d = await collectSamples(decodeAudio(file)).catch((e) => e);
      const r = references.get(name)!;
      const c = d instanceof Float32Array ? compareSamples(d, r) : d;
      process.stderr.write(
        JSON.stringify({
          name,
          s,
          p: p.durationSeconds - CLIP_SECONDS,
          pr: [p.container, p.codec, p.sampleRate, p.channels].join(),
          dl: d.length / 16000 - CLIP_SECONDS,
          rl: r.length / 16000 - CLIP_SECONDS,
          c,
          e: p.message,
          e2: d.message,
        }) + "\n",
      );
    });
  });
});

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { TranscriptionError } from "@earshot/core";
import { Parser } from "tar";
import type { ReadEntry } from "tar";
import { labelOf } from "./built-in-models.ts";
import type { Artifact, PackedFile } from "./built-in-models.ts";
import { publishFile } from "./write-file-atomically.ts";

const save = async (entry: ReadEntry, file: PackedFile, folder: string): Promise<void> => {
  const path = join(folder, file.name);
  const temporary = `${path}.part`;
  // Never through a link that somebody put there.
  await rm(temporary, { force: true });
  const handle = await open(temporary, "wx", 0o644);
  try {
    const hash = createHash("sha256");
    for await (const bytes of entry) {
      hash.update(bytes);
      await handle.write(bytes);
    }
    if (hash.digest("hex") !== file.sha256) {
      throw new TranscriptionError(
        "bad_response",
        `${file.path} is not the file that was expected.`,
      );
    }
    await publishFile(handle, temporary, path);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
};

const readThrough = async (
  tarball: string,
  onReadEntry: (entry: ReadEntry) => void,
): Promise<void> => {
  const parser = new Parser({ strict: true, onReadEntry });
  const ended = once(parser, "end");
  // Its failure is told when it is awaited.
  ended.catch(() => {});
  const stream: AsyncIterable<Buffer> = createReadStream(tarball);
  for await (const bytes of stream) {
    if (!parser.write(bytes)) await Promise.race([once(parser, "drain"), ended]);
  }
  parser.end();
  await ended;
};

/**
 * Takes the artifact's files, and no others, out of a tarball into a folder, each checked by its
 * hash. Rejects with `bad_response` when one is missing or another.
 */
export async function unpackFiles(
  tarball: string,
  artifact: Artifact,
  folder: string,
): Promise<void> {
  const wanted = new Map(artifact.files.map((file) => [file.path, file]));
  const saved: Promise<void>[] = [];
  await readThrough(tarball, (entry) => {
    const file = wanted.get(entry.path);
    if (file === undefined || entry.type !== "File") {
      entry.resume();
      return;
    }
    wanted.delete(entry.path);
    const saving = save(entry, file, folder);
    // Its failure is told below, when all entries were read.
    saving.catch(() => entry.resume());
    saved.push(saving);
  });
  await Promise.all(saved);
  const [absent] = wanted.keys();
  if (absent === undefined) return;
  throw new TranscriptionError("bad_response", `${labelOf(artifact)} does not hold ${absent}.`);
}

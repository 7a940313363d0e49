import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileFromPath } from "@earshot/audio";
import type { AudioFile } from "@earshot/core";

/** Real speech lies beside the repository, not in it. */
const FOLDER = fileURLToPath(new URL("../../../../shared/audio/", import.meta.url));

/** Whether the recordings are there; says so once when they are not. */
export function hasSpeech(): boolean {
  const found = existsSync(FOLDER);
  if (!found) process.stderr.write(`Skipping what needs recordings: there is no ${FOLDER}\n`);
  return found;
}

/** A recording by its file name. */
export function speech(name: string): Promise<AudioFile> {
  return fileFromPath(`${FOLDER}${name}`);
}

/** Lower-case words without punctuation. */
export function plainWords(text: string): string {
  return (text.toLowerCase().match(/[a-z0-9']+/gu) ?? []).join(" ");
}

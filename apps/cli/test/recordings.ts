import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TranscriptionError } from "@earshot/core";
import { ensureModel, ensureSample } from "@earshot/provider-local";

/** Real speech lies beside the repository, not in it. */
const FOLDER = fileURLToPath(new URL("../../../../shared/audio/", import.meta.url));

/** Where a recording is. */
export const recording = (name: string): string => `${FOLDER}${name}`;

const isOffline = (error: unknown): error is TranscriptionError =>
  TranscriptionError.is(error) &&
  (error.code === "network" || error.message.includes("EARSHOT_OFFLINE"));

/**
 * Why tests with the real model and real speech cannot run here, printed once; undefined when they
 * can. Only a missing network or missing recordings count.
 */
export async function whyNoSpeech(): Promise<string | undefined> {
  const reason = await (async () => {
    if (!existsSync(FOLDER)) return `there are no recordings in ${FOLDER}`;
    try {
      await ensureModel();
      await ensureSample();
      return undefined;
    } catch (error) {
      if (isOffline(error)) return error.message;
      throw error;
    }
  })();
  if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}

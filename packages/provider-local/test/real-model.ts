import { TranscriptionError } from "@earshot/core";
import type { LocalModel } from "../src/model-families.ts";
import { ensureModel } from "../src/model-store/ensure-model.ts";

/** The built-in model, or why it cannot be had here. */
export type RealModel =
  | { readonly model: LocalModel; readonly missing: undefined }
  | { readonly model: undefined; readonly missing: string };

const isOffline = (error: unknown): error is TranscriptionError =>
  TranscriptionError.is(error) &&
  (error.code === "network" || error.message.includes("EARSHOT_OFFLINE"));

/**
 * Makes sure of the built-in model through the store itself, in the user's own cache. Only a machine
 * without network may go without it; any other failure is one of the tests.
 */
export async function realModel(): Promise<RealModel> {
  try {
    return { model: await ensureModel(), missing: undefined };
  } catch (error) {
    if (!isOffline(error)) throw error;
    process.stderr.write(`Skipping what needs the real model: ${error.message}\n`);
    return { model: undefined, missing: error.message };
  }
}

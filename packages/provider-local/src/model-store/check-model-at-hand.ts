import { readdir } from "node:fs/promises";
import { isBuiltIn } from "./built-in-models.ts";
import { isOffline } from "./cache-folder.ts";
import { ensureModel } from "./ensure-model.ts";
import type { EnsureModelOptions } from "./ensure-model.ts";

/** The folder itself may be the model, or hold one folder for each of several. */
const anyModelIn = async (folder: string, options: EnsureModelOptions): Promise<void> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const tries = inside.map((model) => ensureModel({ ...options, modelDir: folder, model }));
  const found = await Promise.allSettled(tries);
  if (found.some(({ status }) => status === "fulfilled")) return;
  await ensureModel({ ...options, modelDir: folder });
};

/**
 * Resolves when a request could be served: the files of the model are there, or may be fetched. It
 * fetches nothing itself. Rejects with the error that a request would get.
 */
export async function checkModelAtHand(options: EnsureModelOptions): Promise<void> {
  const environment = options.environment ?? process.env;
  const offline = { ...options, environment: { ...environment, EARSHOT_OFFLINE: "1" } };
  const folder = options.modelDir ?? environment["EARSHOT_MODEL_DIR"] ?? "";
  if (folder !== "") {
    if (options.model === undefined) return anyModelIn(folder, offline);
    await ensureModel({ ...offline, modelDir: folder });
    return;
  }
  const isKnown = options.model === undefined || isBuiltIn(options.model);
  try {
    await ensureModel(offline);
  } catch (error) {
    if (!isKnown || isOffline(environment)) throw error;
  }
}

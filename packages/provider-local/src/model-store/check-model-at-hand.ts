import { isOffline } from "./cache-folder.ts";
import { ensureModel } from "./ensure-model.ts";
import type { EnsureModelOptions } from "./ensure-model.ts";

/**
 * Resolves when a request for the model could be served: its files are there, or may be fetched. It
 * fetches nothing itself. Rejects with the error that such a request would get.
 */
export async function checkModelAtHand(options: EnsureModelOptions): Promise<void> {
  const environment = options.environment ?? process.env;
  const mayFetch = options.modelDir === undefined && !environment["EARSHOT_MODEL_DIR"];
  try {
    await ensureModel({ ...options, environment: { ...environment, EARSHOT_OFFLINE: "1" } });
  } catch (error) {
    if (!mayFetch || isOffline(environment)) throw error;
  }
}

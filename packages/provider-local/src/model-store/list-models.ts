import { MODEL_FAMILIES } from "../models/model-families.ts";
import { BUILT_IN_MODELS, DEFAULT_MODEL } from "./built-in-models.ts";
import { builtInFolder } from "./ensure-model.ts";
import { lackingArtifacts } from "./install-artifacts.ts";
import type { StoreOptions } from "./store-options.ts";

/** A built-in model, for people to choose from. */
export interface ModelListing {
  readonly name: string;
  readonly displayName: string;
  readonly languages: readonly string[] | "any";
  readonly licences: readonly string[];
  /** Size of what is fetched when the model is not there yet. */
  readonly downloadBytes: number;
  /** Where it lies or would lie. */
  readonly folder: string;
  readonly installed: boolean;
  readonly isDefault: boolean;
}

/** Lists the built-in models and whether they are on this machine; fetches nothing. */
export async function listModels(
  options: Pick<StoreOptions, "environment"> = {},
): Promise<readonly ModelListing[]> {
  const environment = options.environment ?? process.env;
  return Promise.all(
    BUILT_IN_MODELS.map(async ({ name, displayName, type, artifacts }) => {
      const folder = builtInFolder(environment, name);
      return {
        name,
        displayName,
        languages: MODEL_FAMILIES[type].languages,
        licences: [...new Set(artifacts.map((artifact) => artifact.licence))],
        downloadBytes: artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0),
        folder,
        installed: (await lackingArtifacts({ folder, artifacts })).length === 0,
        isDefault: name === DEFAULT_MODEL,
      };
    }),
  );
}

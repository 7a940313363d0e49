import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings } from "@earshot/core";
import { readLocalSettings } from "../local-settings.ts";
import { MODEL_FAMILIES } from "../model-families.ts";
import { BUILT_IN_MODELS, DEFAULT_MODEL, isBuiltIn, unknownModel } from "./built-in-models.ts";
import { isOffline } from "./cache-folder.ts";
import { findTarball } from "./download.ts";
import { builtInFolder, ensureModel } from "./ensure-model.ts";
import type { EnsureModelOptions } from "./ensure-model.ts";
import { createHttpClient } from "./http-client.ts";
import { lackingArtifacts } from "./install-artifacts.ts";
import { installContext } from "./install-context.ts";
import type { StoreOptions } from "./install-context.ts";
import { readNpmSettings } from "./npm-settings.ts";

/**
 * Refuses what no request could be served with: a model that is neither built in nor in a folder, or
 * a folder that is missing. Looks at nothing but whether the folder exists. Throws `invalid_request`.
 */
export function checkDeployment({ model, extra = {} }: ProviderSettings): void {
  const { modelDir } = readLocalSettings(extra);
  if (modelDir !== undefined && !existsSync(modelDir))
    throw new TranscriptionError(
      "invalid_request",
      `The model folder ${modelDir} does not exist.`,
      {
        param: "model_dir",
        setting: "model_dir",
        remedy: "Set model_dir, or EARSHOT_MODEL_DIR, to a folder with a model's files.",
      },
    );
  if (modelDir === undefined && model !== undefined && !isBuiltIn(model))
    throw unknownModel("invalid_request", model);
}

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

/**
 * Asks the user's npm registry whether it offers what the built-in models come out of; fetches none
 * of it. Rejects with a `TranscriptionError` that names the address and what it answered.
 */
export async function checkRegistry(options: StoreOptions = {}): Promise<void> {
  const context = installContext(options);
  const npm = await readNpmSettings(context);
  const client = createHttpClient(npm);
  try {
    for (const artifact of BUILT_IN_MODELS.flatMap(({ artifacts }) => artifacts))
      await findTarball(artifact, { npm, client, signal: context.signal });
  } finally {
    await client.close();
  }
}

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

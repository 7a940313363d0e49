import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { TranscriptionError } from "@earshot/core";
import type { LocalModel, ModelType } from "../model-families.ts";
import {
  BUILT_IN_MODELS,
  DEFAULT_MODEL,
  MOONSHINE_TINY,
  SILERO_VAD,
  unknownModel,
} from "./built-in-models.ts";
import type { BuiltInModel } from "./built-in-models.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Environment } from "./cache-folder.ts";
import { explainFailure, installArtifacts } from "./install-artifacts.ts";
import { installContext } from "./install-context.ts";
import type { InstallContext, OnProgress, StoreOptions } from "./install-context.ts";
import { ensureMoonshineTokens, MOONSHINE_TOKENS } from "./moonshine-tokens.ts";
import { openModelFolder } from "./open-model-folder.ts";
import type { FolderModel } from "./open-model-folder.ts";
import { areGenuine } from "./verified-files.ts";

/** Which model to make sure of. */
export interface EnsureModelOptions extends StoreOptions {
  /** By default `moonshine-tiny-en`. */
  readonly model?: string | undefined;
  /**
   * The folder with the model's files, or with a folder of the model's name; by default
   * `EARSHOT_MODEL_DIR`. Without either, the model comes out of the cache or the npm registry.
   */
  readonly modelDir?: string | undefined;
  /** What kind of model is in `modelDir`; by default found out from the names of the files. */
  readonly modelType?: ModelType | undefined;
}

const SAFE_NAME = /^[\w-][\w.-]*$/u;

const modelsFolder = (environment: Environment): string => join(cacheFolder(environment), "models");

/** Where the cache keeps a built-in model. */
export function builtInFolder(environment: Environment, name: string): string {
  return join(modelsFolder(environment), name);
}

type FolderChoice = Pick<EnsureModelOptions, "model" | "modelDir">;

const givenFolder = (
  { model = DEFAULT_MODEL, modelDir }: FolderChoice,
  environment: Environment,
): string | undefined => {
  const given = modelDir ?? environment["EARSHOT_MODEL_DIR"];
  if (given === undefined || given === "") return undefined;
  const inside = join(resolve(given), model);
  return SAFE_NAME.test(model) && existsSync(inside) ? inside : resolve(given);
};

/**
 * What tells one model from another: two names that end in the same folder are the same model, and
 * must not be loaded twice.
 */
export function identityOfModel(choice: FolderChoice, environment: Environment): string {
  return givenFolder(choice, environment) ?? choice.model ?? DEFAULT_MODEL;
}

const vadPath = (folder: string): string => join(folder, SILERO_VAD.files[0]?.name ?? "");

/** The detector makes a model better, so a model in a folder also works without it. */
const findVad = async (folder: string, context: InstallContext): Promise<string | undefined> => {
  if (await areGenuine(folder, SILERO_VAD.files)) return vadPath(folder);
  const cached = join(modelsFolder(context.environment), "silero-vad");
  try {
    await installArtifacts({ folder: cached, artifacts: [SILERO_VAD], attempts: 1 }, context);
    return vadPath(cached);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return undefined;
  }
};

const findTokens = async (
  { tokens, type }: FolderModel,
  folder: string,
  { environment }: InstallContext,
): Promise<string> => {
  if (tokens !== undefined) return tokens;
  if (type === "moonshine") {
    return ensureMoonshineTokens(join(modelsFolder(environment), "moonshine-tokens"));
  }
  throw new TranscriptionError(
    "provider_model_not_found",
    `The ${type} model in ${folder} lacks tokens.txt.`,
  );
};

const openFolder = async (
  folder: string,
  options: EnsureModelOptions,
  context: InstallContext,
): Promise<LocalModel> => {
  const found = await openModelFolder({ folder, type: options.modelType });
  const tokens = await findTokens(found, folder, context);
  const pinned =
    found.type === "moonshine" &&
    (await areGenuine(folder, MOONSHINE_TINY.files)) &&
    (found.tokens === undefined || (await areGenuine(folder, [MOONSHINE_TOKENS])));
  const vad = await findVad(folder, context);
  return { ...found, name: options.model ?? basename(folder), folder, tokens, vad, pinned };
};

const installBuiltIn = (
  { name, type, displayName, artifacts }: BuiltInModel,
  context: InstallContext,
): Promise<LocalModel> => {
  const folder = builtInFolder(context.environment, name);
  const wanted = {
    what: `The model ${name} (${displayName})`,
    folder,
    artifacts,
    remedy: `Or copy ${folder} from a machine that has it and set EARSHOT_MODEL_DIR to the copy.`,
  };
  return explainFailure(wanted, context, async () => {
    await installArtifacts(wanted, context);
    const found = await openModelFolder({ folder, type });
    const tokens = await ensureMoonshineTokens(folder);
    return { ...found, name, folder, tokens, vad: vadPath(folder), pinned: true };
  });
};

/**
 * Makes sure that a model is on this machine and is whole: about 25 MB to fetch for the built-in one
 * at first, nothing after that. Rejects with an error that names every place where it was looked for.
 */
export async function ensureModel(
  options: EnsureModelOptions = {},
  onProgress?: OnProgress,
): Promise<LocalModel> {
  const context = installContext(options, onProgress);
  const folder = givenFolder(options, context.environment);
  if (folder !== undefined) return openFolder(folder, options, context);
  const name = options.model ?? DEFAULT_MODEL;
  const builtIn = BUILT_IN_MODELS.find((model) => model.name === name);
  if (builtIn === undefined) throw unknownModel("provider_model_not_found", name);
  return installBuiltIn(builtIn, context);
}

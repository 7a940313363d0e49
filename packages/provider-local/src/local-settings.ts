import { TranscriptionError, toIsoLanguage } from "@earshot/core";
import type { OptionSpec, OptionTable, OptionValue } from "@earshot/core";
import type { EngineChoice } from "./engine/open-speech-engine.ts";
import { MODEL_TYPES } from "./model-families.ts";
import type { ModelType } from "./model-families.ts";

/** The name of the provider before a model's. */
export const LOCAL_KIND = "local";

const ENGINES = ["auto", "native", "wasm"] as const;

const count = (minimum: number, description: string): OptionSpec => ({
  type: "number",
  minimum,
  integer: true,
  description,
});

/** The provider's settings as data; names as in `litellm_params`. */
export const LOCAL_SETTINGS: OptionTable = {
  model_dir: {
    type: "string",
    description:
      "Folder with a model's files, or with a folder of the model's name; by default the built-in model.",
  },
  model_type: {
    type: "string",
    values: MODEL_TYPES,
    description: "Kind of model in model_dir; by default found out from the names of its files.",
  },
  languages: {
    type: "string[]",
    description: "Languages that the model in model_dir knows; by default those of its kind.",
  },
  engine: {
    type: "string",
    values: ENGINES,
    description: "native, wasm, or auto (the default): native where it loads, else wasm.",
  },
  max_concurrency: count(
    1,
    "Decoders at work at once, each with its own copy of the model; by default one for each core, or one with all cores for a model over 256 MB.",
  ),
  num_threads: count(
    1,
    "Threads of each decoder; by default 1, or all cores for a model over 256 MB.",
  ),
  max_queue: count(
    0,
    "Requests that may wait behind the decoders: 32 of one caller by default, and as many more of up to a minute of audio; three times as many of all callers together. Further ones are refused with 429.",
  ),
  max_queue_seconds: count(
    0,
    "Seconds of audio of one caller that may wait, 28800 by default, and three times as much of all callers; more is refused with 429. One request may always be as long as max_audio_seconds.",
  ),
  max_audio_seconds: count(
    1,
    "The longest audio in seconds, 14400 (4 hours) by default; longer audio goes to another deployment or is refused, whatever its file states.",
  ),
};

/** The settings as the provider uses them. */
export interface LocalSettings {
  readonly modelDir: string | undefined;
  readonly modelType: ModelType | undefined;
  /** ISO codes; undefined: those of the model's kind. */
  readonly languages: readonly string[] | undefined;
  /** Undefined: `EARSHOT_LOCAL_ENGINE`, or `auto`. */
  readonly engine: EngineChoice | undefined;
  readonly maxConcurrency: number | undefined;
  readonly numThreads: number | undefined;
  readonly maxQueue: number;
  readonly maxQueueSeconds: number;
  readonly maxAudioSeconds: number;
}

const DEFAULT_MAX_QUEUE = 32;
/** What two decoders on a common machine can do within the usual time limit of a request. */
const DEFAULT_MAX_QUEUE_SECONDS = 8 * 3600;
const DEFAULT_MAX_AUDIO_SECONDS = 4 * 3600;

type Extra = Readonly<Record<string, OptionValue>>;

const refuse = (name: string, wanted: string): TranscriptionError =>
  new TranscriptionError(
    "invalid_request",
    `The setting ${name} of the local provider must be ${wanted}.`,
    { param: name },
  );

const readText = (extra: Extra, name: string): string | undefined => {
  const value = extra[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") throw refuse(name, "a text");
  return value;
};

const readChoice = <T extends string>(
  extra: Extra,
  name: string,
  values: readonly T[],
): T | undefined => {
  const text = readText(extra, name);
  const found = values.find((value) => value === text);
  if (text !== undefined && found === undefined) throw refuse(name, `one of ${values.join(", ")}`);
  return found;
};

const readCount = (extra: Extra, name: string, minimum: number): number | undefined => {
  const value = extra[name];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < minimum) {
    throw refuse(name, `a whole number from ${minimum}`);
  }
  return value;
};

const readLanguages = (extra: Extra): readonly string[] | undefined => {
  const value = extra["languages"];
  if (value === undefined) return undefined;
  const names: readonly unknown[] = Array.isArray(value) ? value : [];
  const codes = names.flatMap((name) =>
    typeof name === "string" ? (toIsoLanguage(name) ?? []) : [],
  );
  if (codes.length === 0 || codes.length < names.length) {
    throw refuse("languages", "a list of languages, such as [en, de]");
  }
  return codes;
};

/** Reads the provider's own settings. Throws `invalid_request` that names the one at fault. */
export function readLocalSettings(extra: Extra): LocalSettings {
  return {
    modelDir: readText(extra, "model_dir"),
    modelType: readChoice(extra, "model_type", MODEL_TYPES),
    languages: readLanguages(extra),
    engine: readChoice(extra, "engine", ENGINES),
    maxConcurrency: readCount(extra, "max_concurrency", 1),
    numThreads: readCount(extra, "num_threads", 1),
    maxQueue: readCount(extra, "max_queue", 0) ?? DEFAULT_MAX_QUEUE,
    maxQueueSeconds: readCount(extra, "max_queue_seconds", 0) ?? DEFAULT_MAX_QUEUE_SECONDS,
    maxAudioSeconds: readCount(extra, "max_audio_seconds", 1) ?? DEFAULT_MAX_AUDIO_SECONDS,
  };
}

/** The engine that `EARSHOT_LOCAL_ENGINE` asks for. Throws like a wrong setting. */
export function engineOfEnvironment(name: string | undefined): EngineChoice {
  const extra = name ? { EARSHOT_LOCAL_ENGINE: name } : {};
  return readChoice(extra, "EARSHOT_LOCAL_ENGINE", ENGINES) ?? "auto";
}

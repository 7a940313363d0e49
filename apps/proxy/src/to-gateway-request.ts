import { isJsonObject, RESPONSE_FORMATS } from "@earshot/core";
import type { AudioSource, JsonValue, KnownSpeaker, ServerVad, Task } from "@earshot/core";
import type { GatewayRequest } from "@earshot/gateway";
import {
  groupByName,
  invalidField,
  readBoolean,
  readChoice,
  readChoices,
  readNumber,
  readObject,
  readText,
  readTexts,
  readWord,
} from "./field-readers.ts";
import type { FormFields } from "./ingest/form-text.ts";

/** What is known about the request beside its form. */
export interface RequestFacts {
  readonly audio: AudioSource;
  readonly task: Task;
  /** The model named by the path, as in Azure's URLs; it wins over the field. */
  readonly pathModel: string | undefined;
  readonly signal: AbortSignal;
  /** See `callerOf`. */
  readonly caller?: string;
}

/** Fields that mean something to the gateway; every other field is an option for the provider. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  "file",
  "url",
  "model",
  "language",
  "languages",
  "prompt",
  "keywords",
  "temperature",
  "response_format",
  "timestamp_granularities",
  "include",
  "stream",
  "chunking_strategy",
  "known_speaker_names",
  "known_speaker_references",
  "diarize",
  "provider_options",
  "drop_params",
  "fallbacks",
  "disable_fallbacks",
  "tags",
  "timeout",
  "num_retries",
  // Sent by LiteLLM clients for bookkeeping; no provider takes them.
  "user",
  "metadata",
  "litellm_metadata",
  "cache",
]);

const extraOf = (fields: FormFields): Record<string, JsonValue> => {
  const extra = new Map<string, JsonValue>();
  for (const [name, group] of groupByName(fields)) {
    if (OWN_FIELDS.has(name) || name === "") continue;
    const values = group.get(name);
    const isPlain = values !== undefined && group.size === 1;
    extra.set(name, isPlain ? values : (readObject(group, name) ?? ""));
  }
  // Not by assignment: a field may be called `__proto__`.
  return Object.fromEntries(extra);
};

const vadNumbers = ["prefix_padding_ms", "silence_duration_ms", "threshold"] as const;

const chunkingOf = (fields: FormFields): "auto" | ServerVad | undefined => {
  const name = "chunking_strategy";
  const value = readObject(fields, name);
  if (value === undefined || value === "null") return undefined;
  if (value === "auto") return "auto";
  if (typeof value === "string" || value["type"] !== "server_vad")
    throw invalidField(name, `'${name}' must be 'auto' or an object whose type is 'server_vad'.`);
  const numbers = vadNumbers.flatMap((key): [string, number][] => {
    const number = value[key];
    if (number === undefined) return [];
    if (typeof number !== "number") throw invalidField(name, `'${name}.${key}' must be a number.`);
    return [[key, number]];
  });
  return { type: "server_vad", ...Object.fromEntries(numbers) };
};

const speakersOf = (fields: FormFields): readonly KnownSpeaker[] | undefined => {
  const names = readTexts(fields, "known_speaker_names") ?? [];
  const references = readTexts(fields, "known_speaker_references") ?? [];
  if (names.length !== references.length)
    throw invalidField(
      "known_speaker_references",
      `There are ${names.length} known_speaker_names and ${references.length} known_speaker_references; send one reference for each name.`,
    );
  return names.length === 0
    ? undefined
    : names.map((name, index) => ({ name, reference: references[index] ?? "" }));
};

const providerOptionsOf = (fields: FormFields): GatewayRequest["providerOptions"] => {
  const value = readObject(fields, "provider_options");
  if (value === undefined) return undefined;
  const entries = typeof value === "string" ? undefined : Object.entries(value);
  if (entries?.every(([, options]) => isJsonObject(options)) !== true)
    throw invalidField(
      "provider_options",
      `'provider_options' must be JSON such as {"deepgram": {"smart_format": true}}.`,
    );
  return Object.fromEntries(
    entries.map(([kind, options]) => [kind, isJsonObject(options) ? options : {}]),
  );
};

const MAX_MODEL_LENGTH = 256;
const MAX_RETRIES = 100;
/** Node's timers cannot wait longer. */
const MAX_TIMEOUT_SECONDS = 24 * 24 * 60 * 60;

const modelOf = (fields: FormFields, pathModel: string | undefined): string => {
  const model = pathModel ?? readText(fields, "model");
  if (model === undefined)
    throw invalidField("model", "The field 'model' is missing. GET /v1/models lists the names.");
  if (model.length > MAX_MODEL_LENGTH)
    throw invalidField("model", `No model name is longer than ${MAX_MODEL_LENGTH} characters.`);
  return model;
};

const timeoutOf = (fields: FormFields): number | undefined => {
  const seconds = readNumber(fields, "timeout");
  if (seconds !== undefined && (seconds <= 0 || seconds > MAX_TIMEOUT_SECONDS))
    throw invalidField(
      "timeout",
      `'timeout' must be above 0 and at most ${MAX_TIMEOUT_SECONDS} seconds.`,
    );
  return seconds === undefined ? undefined : seconds * 1000;
};

const retriesOf = (fields: FormFields): number | undefined => {
  const retries = readNumber(fields, "num_retries");
  if (
    retries !== undefined &&
    !(Number.isInteger(retries) && retries >= 0 && retries <= MAX_RETRIES)
  )
    throw invalidField(
      "num_retries",
      `'num_retries' must be a whole number from 0 to ${MAX_RETRIES}.`,
    );
  return retries;
};

const fallbacksOf = (fields: FormFields): readonly string[] | undefined => {
  const groups = readTexts(fields, "fallbacks", ",");
  if (groups?.some((group) => group.startsWith("{")) === true)
    throw invalidField("fallbacks", "'fallbacks' must be names of model groups, not objects.");
  return groups;
};

/** Whether the client asked for server-sent events. */
export const wantsStream = (fields: FormFields): boolean => readBoolean(fields, "stream") ?? false;

/** Reads OpenAI's form, in every encoding that clients use, into a request. Throws `invalid_request`. */
export function toGatewayRequest(fields: FormFields, facts: RequestFacts): GatewayRequest {
  return {
    model: modelOf(fields, facts.pathModel),
    audio: facts.audio,
    task: facts.task,
    language: readWord(fields, "language"),
    languages: readTexts(fields, "languages", ","),
    prompt: readText(fields, "prompt"),
    keywords: readTexts(fields, "keywords"),
    temperature: readNumber(fields, "temperature"),
    responseFormat: readChoice(fields, "response_format", RESPONSE_FORMATS),
    timestampGranularities: readChoices(fields, "timestamp_granularities", ["word", "segment"]),
    include: readChoices(fields, "include", ["logprobs"]),
    chunkingStrategy: chunkingOf(fields),
    knownSpeakers: speakersOf(fields),
    diarize: readBoolean(fields, "diarize"),
    providerOptions: providerOptionsOf(fields),
    extra: extraOf(fields),
    dropParams: readBoolean(fields, "drop_params"),
    fallbacks: fallbacksOf(fields),
    disableFallbacks: readBoolean(fields, "disable_fallbacks"),
    tags: readTexts(fields, "tags", ","),
    timeoutMs: timeoutOf(fields),
    numRetries: retriesOf(fields),
    signal: facts.signal,
    caller: facts.caller,
  };
}

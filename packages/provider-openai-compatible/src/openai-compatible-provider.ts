import { RESPONSE_FORMATS } from "@earshot/core";
import type {
  Capabilities,
  OptionTable,
  OptionValue,
  Provider,
  ProviderDefinition,
  ProviderSettings,
  ResponseFormat,
  TranscriptionError,
} from "@earshot/core";
import {
  asArray,
  asString,
  defineProvider,
  listOption,
  requireBaseUrl,
  settingError,
  textOption,
  toBearerHeaders,
} from "@earshot/provider-kit";
import type { OpenaiDeviations } from "./deviations.ts";
import { createOpenaiDialect } from "./openai-dialect.ts";
import { SERVER_DIALECTS, serverDialects } from "./server-dialects.ts";
import type { ServerDialect, ServerDialectName } from "./server-dialects.ts";
import { serverOptions } from "./server-options.ts";

const KIND = "openai_compatible";

const settingsTable: OptionTable = {
  dialect: textOption(
    "The server software, where its requests differ from OpenAI's; default openai.",
    { values: SERVER_DIALECTS },
  ),
  inference_path: textOption(
    "Path under `api_base` that transcribes, such as /v1/audio/transcriptions.",
  ),
  formats: listOption("The formats that the server can answer in; the gateway makes the others.", {
    values: RESPONSE_FORMATS,
  }),
};

const isDialect = (name: string): name is ServerDialectName =>
  SERVER_DIALECTS.some((known) => known === name);

const refuse = (
  setting: string,
  known: readonly string[],
  value: OptionValue,
): TranscriptionError =>
  settingError(KIND, setting, {
    problem: `The setting \`${setting}\` of ${KIND} is not ${JSON.stringify(value)}.`,
    remedy: `It knows ${known.join(", ")}.`,
  });

const dialectOf = (value: OptionValue | undefined): ServerDialect => {
  const name = asString(value ?? "openai");
  if (name !== undefined && isDialect(name)) return serverDialects[name];
  throw refuse("dialect", SERVER_DIALECTS, value ?? "");
};

const isFormat = (value: unknown): value is ResponseFormat =>
  RESPONSE_FORMATS.some((format) => format === value);

const formatsOf = (value: OptionValue | undefined): readonly ResponseFormat[] => {
  if (value === undefined) return [];
  const formats = asArray(value).filter(isFormat);
  if (formats.length === 0 || formats.length < asArray(value).length)
    throw refuse("formats", RESPONSE_FORMATS, value);
  return formats;
};

/** Times and speakers come with certain formats only. */
const withFormats = (usual: Capabilities, formats: readonly ResponseFormat[]): Capabilities => {
  if (formats.length === 0) return usual;
  const has = (...names: readonly ResponseFormat[]): boolean =>
    names.some((name) => formats.includes(name));
  return {
    ...usual,
    nativeFormats: formats.filter(
      (format) => format === "diarized_json" || usual.nativeFormats.includes(format),
    ),
    wordTimestamps: has("verbose_json") ? usual.wordTimestamps : "none",
    segmentTimestamps: has("verbose_json", "diarized_json", "srt", "vtt"),
    diarization: has("diarized_json") || (has("verbose_json") && usual.diarization),
  };
};

/** Servers with a path of their own translate there, too; the others have another one for that. */
const withPath = (usual: OpenaiDeviations, path: string | undefined): OpenaiDeviations => {
  if (path === undefined) return usual;
  const translationPath = usual.path === undefined ? "/audio/translations" : path;
  return { ...usual, path: ({ task }) => (task === "translate" ? translationPath : path) };
};

const pathOf = (value: OptionValue | undefined): string | undefined => {
  const path = asString(value)?.trim();
  if (path === undefined || !/\s|\\|#|:\/\//u.test(path)) return path;
  throw settingError(KIND, "inference_path", {
    problem: "The setting `inference_path` is a path under `api_base`, without a host or spaces.",
    remedy: "Write it like this: /v1/audio/transcriptions.",
  });
};

/** What people paste along with the address. */
const endpointsOf = (path: string | undefined): readonly string[] =>
  path === undefined
    ? ["/audio/transcriptions", "/audio/translations", "/inference"]
    : [`/${path.replace(/^\/+/u, "").toLowerCase()}`];

const create = (settings: ProviderSettings): Provider => {
  const { apiKey, extra = {} } = settings;
  const dialect = dialectOf(extra["dialect"]);
  const formats = formatsOf(extra["formats"]);
  const path = pathOf(extra["inference_path"]);
  return createOpenaiDialect({
    kind: KIND,
    id: settings.id,
    baseUrl: requireBaseUrl(KIND, settings.baseUrl ?? dialect.baseUrl, endpointsOf(path)),
    headers: toBearerHeaders(KIND, settings),
    secrets: apiKey === undefined ? [] : [apiKey],
    capabilities: { default: withFormats(dialect.capabilities, formats) },
    options: serverOptions,
    deviations: {
      ...withPath(dialect.deviations, path),
      ...(formats.length === 0 ? {} : { wireFormats: formats }),
    },
  });
};

/** Any server that speaks OpenAI's audio API, found by `api_base`; the key is optional. */
export const openaiCompatibleProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  aliases: ["openai-compatible", "hosted_vllm", "custom_openai"],
  displayName: "OpenAI-compatible server",
  documentationUrl: "https://platform.openai.com/docs/api-reference/audio/createTranscription",
  environment: {
    apiKey: ["OPENAI_COMPATIBLE_API_KEY", "HOSTED_VLLM_API_KEY"],
    baseUrl: [
      "OPENAI_COMPATIBLE_API_BASE",
      "OPENAI_COMPATIBLE_BASE_URL",
      "HOSTED_VLLM_API_BASE",
      "HOSTED_VLLM_BASE_URL",
    ],
  },
  requiresApiKey: false,
  capabilities: { default: serverDialects.openai.capabilities },
  options: serverOptions,
  passesUnknownOptions: true,
  settings: settingsTable,
  create,
});

import type { Capabilities } from "@earshot/core";
import { withDefaultFields } from "./deviations.ts";
import type { FormField, FormPurpose, OpenaiDeviations } from "./deviations.ts";

/** The servers whose requests differ; `openai` is every other one. */
export const SERVER_DIALECTS = [
  "openai",
  "speaches",
  "vllm",
  "whisper.cpp",
  "localai",
  "together",
] as const;

export type ServerDialectName = (typeof SERVER_DIALECTS)[number];

/** One kind of server: what it can do and how it departs from OpenAI. */
export interface ServerDialect {
  readonly capabilities: Capabilities;
  readonly deviations: OpenaiDeviations;
  /** Where the service is when the config does not say; undefined for what people host themselves. */
  readonly baseUrl?: string;
}

/** Nothing is known of the server, so everything that OpenAI's Whisper can do is worth a try. */
const unknownServer: Capabilities = {
  nativeFormats: ["json", "text", "srt", "verbose_json", "vtt"],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: false,
  maxKnownSpeakers: 0,
  streaming: true,
  translation: true,
  prompt: true,
  keywords: false,
  temperature: true,
  logprobs: true,
  languages: "any",
  maxLanguageHints: 1,
  languageDetection: true,
  urlInput: false,
  mediaTypes: "any",
};

/** What servers share that are known: what is not OpenAI's shape in the end is not native. */
const knownServer: Capabilities = {
  ...unknownServer,
  nativeFormats: ["json"],
  logprobs: false,
  chunkingStrategy: false,
};

const JSON_FORMATS = ["json", "verbose_json"] as const;

const translateField = ({ request }: FormPurpose): readonly FormField[] =>
  request.task === "translate" ? [["translate", "true"]] : [];

/**
 * Its srt and vtt keep Whisper's spaces and start the first cue at zero: they are made from segments
 * instead.
 *
 * @see https://github.com/speaches-ai/speaches/blob/master/src/speaches/routers/stt.py
 */
const speaches: ServerDialect = {
  capabilities: { ...knownServer, nativeFormats: ["text"], keywords: true },
  deviations: {
    wireFormats: ["text", ...JSON_FORMATS],
    keywordsField: "hotwords",
  },
};

/** @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#transcriptions-api */
const vllm: ServerDialect = {
  // Asked for `text` it answers in JSON.
  capabilities: { ...knownServer, wordTimestamps: "none", keywords: true },
  deviations: {
    wireFormats: JSON_FORMATS,
    keywordsField: "hotwords",
    translationFields: ["languages", "language", "keywords", "stream"],
    toFields: (fields, { request }) =>
      request.stream ? withDefaultFields(fields, [["stream_include_usage", "true"]]) : fields,
  },
};

const whisperCppFields = (
  fields: readonly FormField[],
  purpose: FormPurpose,
): readonly FormField[] => {
  const words = purpose.request.timestampGranularities.includes("word");
  const verbose: readonly FormField[] = [
    // Costs a second pass of the encoder, and says what `language` says.
    ["no_language_probabilities", "true"],
    // With token times it cuts segments at 60 characters, within words unless told otherwise.
    words ? ["split_on_word", "true"] : ["token_timestamps", "false"],
  ];
  return withDefaultFields(
    fields.filter(([name]) => name !== "timestamp_granularities[]"),
    [
      // Left to itself it takes all speech for English.
      ["language", "auto"],
      ...(purpose.format === "verbose_json" ? verbose : []),
      ...translateField(purpose),
    ],
  );
};

/**
 * Text, srt and vtt of this server break lines where a segment ends: they are made from JSON instead.
 *
 * @see https://github.com/ggml-org/whisper.cpp/tree/master/examples/server
 */
const whisperCpp: ServerDialect = {
  capabilities: { ...knownServer, nativeFormats: [], diarization: true, streaming: false },
  deviations: {
    wireFormats: JSON_FORMATS,
    path: () => "/inference",
    healthPath: "/health",
    diarizeField: "diarize",
    translationFields: ["language", "diarize", "timestamp_granularities"],
    toFields: whisperCppFields,
  },
};

/** @see https://localai.io/features/audio-to-text/ */
const localai: ServerDialect = {
  capabilities: { ...knownServer, diarization: true },
  deviations: {
    wireFormats: JSON_FORMATS,
    // It has no path of its own for translations.
    path: () => "/audio/transcriptions",
    diarizeField: "diarize",
    translationFields: ["language", "diarize", "stream", "timestamp_granularities"],
    toFields: (fields, purpose) =>
      // Unless told otherwise it looks for speakers.
      withDefaultFields(fields, [["diarize", "false"], ...translateField(purpose)]),
  },
};

const FOUR_HOURS_SECONDS = 4 * 3600;
const TOGETHER_SIZE_BYTES = 80_000_000;

/** @see https://docs.together.ai/docs/speech-to-text */
const together: ServerDialect = {
  baseUrl: "https://api.together.ai/v1",
  capabilities: {
    ...knownServer,
    diarization: true,
    streaming: false,
    urlInput: true,
    maxSizeBytes: TOGETHER_SIZE_BYTES,
    maxDurationSeconds: FOUR_HOURS_SECONDS,
  },
  deviations: {
    wireFormats: JSON_FORMATS,
    urlField: "file",
    diarizeField: "diarize",
    translationFields: ["timestamp_granularities"],
    toFields: (fields, { request }) =>
      // For translations `language` is the target, English by default.
      request.task === "translate" ? fields : withDefaultFields(fields, [["language", "auto"]]),
  },
};

/** Every server that is known by name. */
export const serverDialects: Readonly<Record<ServerDialectName, ServerDialect>> = {
  openai: { capabilities: unknownServer, deviations: {} },
  speaches,
  vllm,
  "whisper.cpp": whisperCpp,
  localai,
  together,
};

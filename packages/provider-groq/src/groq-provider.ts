import { TranscriptionError } from "@earshot/core";
import type {
  OptionTable,
  Provider,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptionRequest,
} from "@earshot/core";
import {
  asNumber,
  asRecord,
  asString,
  defineProvider,
  numberOption,
  requireBaseUrl,
  requireSetting,
  toBearerHeaders,
} from "@earshot/provider-kit";
import { createOpenaiDialect } from "@earshot/provider-openai-compatible";
import type { OpenaiDeviations } from "@earshot/provider-openai-compatible";
import { classifyGroqError } from "./classify-groq-error.ts";
import { groqCapabilities, PROMPT_CHARACTERS } from "./groq-models.ts";

const KIND = "groq";
const HOST = "https://api.groq.com";
const BASE_PATH = "/openai/v1";

const settingsTable: OptionTable = {
  max_file_mb: numberOption(
    "Megabytes of the largest upload that the account's plan takes; default 25, on the developer plan up to 100.",
    { minimum: 1 },
  ),
};

/** Groq's own clients are given the bare host. */
const baseUrlOf = (given: string | undefined): string => {
  const url = requireBaseUrl(KIND, given ?? HOST);
  return url === HOST ? `${HOST}${BASE_PATH}` : url;
};

/** Groq states its id and the length of the audio outside of OpenAI's fields. */
const toTranscript = (transcript: Transcript, answer: unknown): Transcript => {
  const requestId = asString(asRecord(asRecord(answer)?.["x_groq"])?.["id"]) ?? "";
  const { usage, durationSeconds: seconds } = transcript;
  return {
    ...transcript,
    requestId: requestId === "" ? transcript.requestId : requestId,
    usage: usage ?? (seconds === undefined ? undefined : { type: "duration", seconds }),
  };
};

/** @see https://console.groq.com/docs/api-reference#audio-transcription */
const deviations: OpenaiDeviations = {
  wireFormats: ["json", "text", "verbose_json"],
  urlField: "url",
  toTranscript,
};

const refuse = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param, provider: KIND });

/** Keywords travel in the prompt, so both share its limit. */
const checkKeywords = ({ prompt = "", keywords }: TranscriptionRequest): void => {
  if (keywords.length === 0 || prompt.length > PROMPT_CHARACTERS) return;
  const length = keywords.join(", ").length + (prompt === "" ? 0 : prompt.length + 1);
  if (length > PROMPT_CHARACTERS)
    throw refuse(
      "keywords",
      `Groq takes keywords as part of the prompt, up to ${PROMPT_CHARACTERS} characters together, not ${length}.`,
    );
};

const checkUrl = ({ audio }: TranscriptionRequest): void => {
  if (audio.type === "file" || !URL.canParse(audio.url)) return;
  const { username, password } = new URL(audio.url);
  if (username !== "" || password !== "")
    throw refuse("url", "Groq fetches no URL with a user name or password in it.");
};

const create = (settings: ProviderSettings): Provider => {
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  return createOpenaiDialect({
    kind: KIND,
    id: settings.id,
    baseUrl: baseUrlOf(settings.baseUrl),
    headers: toBearerHeaders(KIND, settings),
    secrets: [apiKey],
    capabilities: groqCapabilities(asNumber(settings.extra?.["max_file_mb"])),
    options: {},
    deviations,
    check: (request) => {
      checkKeywords(request);
      checkUrl(request);
    },
    classify: classifyGroqError,
  });
};

/** Whisper on Groq's own chips. */
export const groqProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "Groq",
  documentationUrl: "https://console.groq.com/docs/speech-to-text",
  environment: {
    apiKey: ["GROQ_API_KEY"],
    baseUrl: ["GROQ_API_BASE", "GROQ_BASE_URL"],
  },
  requiresApiKey: true,
  capabilities: groqCapabilities(),
  options: {},
  settings: settingsTable,
  create,
});

import { capabilitiesOf } from "@earshot/core";
import type {
  Capabilities,
  CapabilityTable,
  HttpCall,
  OptionTable,
  ProviderSettings,
  TranscriptionRequest,
} from "@earshot/core";
import { joinUrl, requireBaseUrl, requireSetting, toOptionFields } from "@earshot/provider-kit";

const able: Capabilities = {
  nativeFormats: ["srt"],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: true,
  maxKnownSpeakers: 2,
  streaming: true,
  translation: true,
  prompt: true,
  maxPromptCharacters: 100,
  keywords: true,
  temperature: true,
  logprobs: true,
  languages: "any",
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
  maxSizeBytes: 10_000_000,
  maxDurationSeconds: 3600,
};

const lite: Partial<Capabilities> = {
  nativeFormats: [],
  wordTimestamps: "none",
  segmentTimestamps: false,
  diarization: false,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  prompt: false,
  keywords: false,
  temperature: false,
  logprobs: false,
  languages: ["en", "de"],
  urlInput: false,
};

/** What Acme's two models can do. */
export const acmeCapabilities: CapabilityTable = {
  default: able,
  models: [{ match: "acme-lite*", differs: lite }],
};

/** What Acme takes besides the common fields. */
export const acmeOptions: OptionTable = {
  punctuate: { type: "boolean", description: "Adds punctuation; on by default." },
  threshold: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "How sure a word must be, 0 to 1.",
  },
  style: { type: "string", values: ["plain", "formal"], description: "How the text reads." },
  label: { type: "string", maxLength: 5, description: "A label for the bill." },
  tags: { type: "string[]", description: "Labels for the vendor's dashboard." },
  context: { type: "json", description: "Anything that helps, as an object." },
};

type Field = readonly [name: string, value: string];

const when = (condition: boolean, name: string, value: string): readonly Field[] =>
  condition ? [[name, value]] : [];

const each = (name: string, values: readonly string[]): readonly Field[] =>
  values.map((value) => [name, value]);

/** What is asked for besides the text. */
const toWishes = (request: TranscriptionRequest, can: Capabilities): readonly Field[] => {
  const { responseFormat: format, timestampGranularities: granularities } = request;
  const timed = can.segmentTimestamps && (format === "vtt" || format === "verbose_json");
  return [
    ...when(format === "srt" && can.nativeFormats.includes("srt"), "format", "srt"),
    ...when(timed, "times", granularities.join("+") || "segment"),
    ...when(request.diarize && can.diarization, "speakers", "true"),
    ...when(request.include.includes("logprobs") && can.logprobs, "logprobs", "true"),
    ...when(request.stream && can.streaming, "stream", "true"),
  ];
};

const toFields = (request: TranscriptionRequest): readonly Field[] => {
  const can = capabilitiesOf(acmeCapabilities, request.model);
  const { prompt = "", temperature, audio } = request;
  return [
    ["model", request.model],
    ...when(request.task === "translate", "task", "translate"),
    ...each("language", request.languages),
    ...when(prompt !== "" && can.prompt, "prompt", prompt),
    ...each("keyword", can.keywords ? request.keywords : []),
    ...when(temperature !== undefined && can.temperature, "temperature", String(temperature)),
    ...toWishes(request, can),
    ...request.knownSpeakers.map(({ name, reference }): Field => ["known", `${name}=${reference}`]),
    ...each("url", audio.type === "url" ? [audio.url] : []),
    ...toOptionFields(request.options, acmeOptions),
  ];
};

const toHeaders = (settings: ProviderSettings): Readonly<Record<string, string>> => {
  const extra = Object.entries(settings.headers ?? {});
  const region = settings.extra?.["region"];
  return {
    ...Object.fromEntries(extra.map(([name, value]) => [name.toLowerCase(), value])),
    authorization: `Token ${requireSetting("acme", "apiKey", settings.apiKey)}`,
    ...(typeof region === "string" ? { "x-region": region } : {}),
  };
};

/** The call that Acme wants: one form with the audio or its URL. */
export function toAcmeCall(request: TranscriptionRequest, settings: ProviderSettings): HttpCall {
  const { audio } = request;
  const base = requireBaseUrl("acme", settings.baseUrl ?? "https://api.acme.example");
  return {
    method: "POST",
    url: joinUrl(base, "v1/listen"),
    headers: toHeaders(settings),
    body: {
      type: "multipart",
      fields: toFields(request),
      ...(audio.type === "file" ? { file: { name: "file", audio } } : {}),
    },
  };
}

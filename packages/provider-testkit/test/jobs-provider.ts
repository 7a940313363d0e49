import { dateOf, toIsoLanguage, TranscriptionError } from "@earshot/core";
import type {
  CapabilityTable,
  HttpCall,
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptionRequest,
} from "@earshot/core";
import {
  asRecord,
  asString,
  callProvider,
  checkRequest,
  classifyHttpFailure,
  defineProvider,
  joinUrl,
  readJson,
  pollUntil,
  readAnswer,
  requireSetting,
  secretsOf,
} from "@earshot/provider-kit";

const capabilities: CapabilityTable = {
  default: {
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
    languages: "any",
    languageDetection: true,
    urlInput: true,
    mediaTypes: "any",
  },
};

const warningsOf = (request: TranscriptionRequest): Transcript["warnings"] =>
  [
    ["prompt", request.prompt !== undefined] as const,
    ["keywords", request.keywords.length > 0] as const,
    ["temperature", request.temperature !== undefined] as const,
    ["include", request.include.length > 0] as const,
  ].flatMap(([param, ignored]) => (ignored ? [{ param, message: `Jobs ignores ${param}.` }] : []));

interface Desk {
  readonly id: string;
  readonly secrets: readonly string[];
  readonly ask: (call: Omit<HttpCall, "url" | "headers">, path: string) => Promise<Fields>;
}

type Fields = Readonly<Record<string, unknown>>;

const openDesk = (settings: ProviderSettings, context: ProviderContext): Desk => {
  const key = requireSetting("jobs", "apiKey", settings.apiKey);
  const id = settings.id ?? "jobs";
  const base = settings.baseUrl ?? "https://api.jobs.example/v2";
  const extra = Object.entries(settings.headers ?? {});
  const headers = {
    ...Object.fromEntries(extra.map(([name, value]) => [name.toLowerCase(), value])),
    authorization: key,
  };
  const ask: Desk["ask"] = async (call, path) => {
    const source = { provider: id, call: { ...call, url: joinUrl(base, path), headers } };
    const { text } = await callProvider(context, source);
    const body = asRecord(readJson(text, id));
    if (body !== undefined) return body;
    throw new TranscriptionError("bad_response", "jobs answered oddly.", { provider: id });
  };
  return { id, ask, secrets: secretsOf({ call: { url: base, headers } }) };
};

const need = (fields: Fields, name: string): string => {
  const value = asString(fields[name]);
  if (value !== undefined) return value;
  throw new TranscriptionError("bad_response", `jobs answered without \`${name}\`.`, {
    provider: "jobs",
  });
};

const sourceOf = async (request: TranscriptionRequest, desk: Desk): Promise<string> => {
  const { audio } = request;
  if (audio.type === "url") return audio.url;
  const body = { type: "raw", audio, contentType: "application/octet-stream" } as const;
  return need(await desk.ask({ method: "POST", body }, "upload"), "upload_url");
};

const transcribe = async (
  request: TranscriptionRequest,
  { context, desk }: { context: ProviderContext; desk: Desk },
): Promise<Transcript> => {
  const value = {
    audio_url: await sourceOf(request, desk),
    speech_model: request.model,
    ...(request.languages[0] === undefined
      ? { language_detection: true }
      : { language_code: request.languages[0] }),
  };
  const job = await desk.ask({ method: "POST", body: { type: "json", value } }, "transcript");
  const path = `transcript/${need(job, "id")}`;
  const raw = await pollUntil({
    context,
    intervalMs: 1000,
    poll: async () => {
      const state = await desk.ask({ method: "GET", body: { type: "none" } }, path);
      const status = need(state, "status");
      if (status === "completed") return state;
      if (status !== "error") return undefined;
      const { id: provider, secrets } = desk;
      const failure = { provider, status: 200, bodyText: JSON.stringify(state), secrets };
      throw classifyHttpFailure({
        ...failure,
        header: () => undefined,
        now: dateOf(context.clock),
      });
    },
  });
  const language = toIsoLanguage(asString(raw["language_code"]) ?? "");
  const warnings = warningsOf(request);
  const text = need(raw, "text");
  const requestId = need(job, "id");
  const transcript = { text, warnings, raw, requestId };
  return readAnswer({ provider: desk.id, secrets: desk.secrets }, () =>
    language === undefined ? transcript : { ...transcript, language },
  );
};

const create = (settings: ProviderSettings): Provider => {
  requireSetting("jobs", "apiKey", settings.apiKey);
  const id = settings.id ?? "jobs";
  return {
    specVersion: 1,
    kind: "jobs",
    id,
    capabilities,
    async transcribe(request, context) {
      checkRequest({ kind: "jobs", capabilities }, request);
      return transcribe(request, { context, desk: openDesk(settings, context) });
    },
  };
};

/** A provider that uploads, submits and polls, of a vendor that does not exist. */
export const jobsProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: "jobs",
  displayName: "Jobs",
  documentationUrl: "https://docs.jobs.example/",
  environment: { apiKey: ["JOBS_API_KEY"], baseUrl: [] },
  requiresApiKey: true,
  capabilities,
  options: {},
  create,
});

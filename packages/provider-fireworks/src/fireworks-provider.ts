import type {
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
  defineProvider,
  requireBaseUrl,
  requireSetting,
  toBearerHeaders,
} from "@earshot/provider-kit";
import { createOpenaiDialect } from "@earshot/provider-openai-compatible";
import type { OpenaiDeviations } from "@earshot/provider-openai-compatible";
import { checkFireworksRequest } from "./check-fireworks-request.ts";
import { classifyFireworksError } from "./classify-fireworks-error.ts";
import { FIREWORKS_HOSTS, fireworksCapabilities, isFireworksHost } from "./fireworks-models.ts";
import { fireworksOptions } from "./fireworks-options.ts";
import { toFireworksFields, uselessSpeakerCounts } from "./to-fireworks-fields.ts";

const KIND = "fireworks";

const toTranscript = (transcript: Transcript, answer: unknown): Transcript => {
  const requestId = asString(asRecord(answer)?.["request_id"]) ?? "";
  const { usage, durationSeconds: seconds } = transcript;
  return {
    ...transcript,
    requestId: requestId === "" ? transcript.requestId : requestId,
    usage: usage ?? (seconds === undefined ? undefined : { type: "duration", seconds }),
  };
};

/** @see https://docs.fireworks.ai/api-reference/audio-transcriptions */
const deviations: OpenaiDeviations = {
  wireFormats: ["json", "verbose_json"],
  diarizeField: "diarize",
  urlField: "file",
  translationFields: ["language", "timestamp_granularities"],
  toFields: toFireworksFields,
  toTranscript,
};

const createAt = (baseUrl: string, settings: ProviderSettings): Provider =>
  createOpenaiDialect({
    kind: KIND,
    id: settings.id,
    baseUrl,
    headers: toBearerHeaders(KIND, settings),
    secrets: [requireSetting(KIND, "apiKey", settings.apiKey)],
    capabilities: fireworksCapabilities(baseUrl),
    options: fireworksOptions,
    deviations,
    check: checkFireworksRequest,
    classify: (failure) => classifyFireworksError(failure, baseUrl),
  });

/** The documentation names the hosts without their path. */
const withVersion = (baseUrl: string): string =>
  isFireworksHost(baseUrl) && new URL(baseUrl).pathname === "/" ? `${baseUrl}/v1` : baseUrl;

const addWarnings = (transcript: Transcript, request: TranscriptionRequest): Transcript => ({
  ...transcript,
  warnings: [
    ...transcript.warnings,
    ...uselessSpeakerCounts(request).map((param) => ({
      param,
      message: `'${param}' means nothing without 'diarize': it was left out.`,
    })),
  ],
});

/** Well while either host serves, otherwise as ill as the first. */
const checkEither = async (
  first: Provider,
  second: Provider,
  context: ProviderContext,
): Promise<void> => {
  try {
    await first.checkHealth?.(context);
  } catch (error) {
    await second.checkHealth?.(context).catch(() => {
      throw error;
    });
  }
};

const create = (settings: ProviderSettings): Provider => {
  const fixed =
    settings.baseUrl === undefined
      ? undefined
      : withVersion(requireBaseUrl(KIND, settings.baseUrl));
  const usual = createAt(fixed ?? FIREWORKS_HOSTS.usual, settings);
  const turbo = fixed === undefined ? createAt(FIREWORKS_HOSTS.turbo, settings) : usual;
  return {
    ...usual,
    transcribe: async (request, context) => {
      // Each host serves its own model and no other.
      const provider = request.model.includes("turbo") ? turbo : usual;
      return addWarnings(await provider.transcribe(request, context), request);
    },
    checkHealth: (context) => checkEither(usual, turbo, context),
  };
};

/** Whisper with speakers on Fireworks AI, whose audio service has ended; the README says more. */
export const fireworksProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  aliases: ["fireworks_ai"],
  displayName: "Fireworks AI",
  documentationUrl: "https://docs.fireworks.ai/api-reference/audio-transcriptions",
  environment: {
    apiKey: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"],
    baseUrl: ["FIREWORKS_AI_API_BASE", "FIREWORKS_API_BASE", "FIREWORKS_BASE_URL"],
  },
  requiresApiKey: true,
  capabilities: fireworksCapabilities(),
  options: fireworksOptions,
  create,
});

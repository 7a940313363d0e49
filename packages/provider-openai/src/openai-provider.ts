import { capabilitiesOf, TranscriptionError } from "@earshot/core";
import type {
  Provider,
  ProviderDefinition,
  ProviderSettings,
  TranscriptionRequest,
} from "@earshot/core";
import {
  asString,
  defineProvider,
  readSetting,
  requireBaseUrl,
  requireSetting,
  textOption,
  toBearerHeaders,
  toHeaders,
} from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";
import { createOpenaiDialect, openaiModelRules } from "@earshot/provider-openai-compatible";
import { capabilitiesAt, isRealtimeOnly, openaiCapabilities } from "./openai-models.ts";

const KIND = "openai";
const BASE_URL = "https://api.openai.com/v1";

/** A model that is gone on the day OpenAI announced is no misspelt name. */
const classifyShutdown = (
  failure: HttpFailure,
  request: TranscriptionRequest | undefined,
): TranscriptionError | undefined => {
  if (request === undefined || (failure.status !== 404 && failure.status !== 410)) return undefined;
  const { shutdownDate } = capabilitiesOf(openaiCapabilities, request.model);
  if (shutdownDate === undefined || failure.now < Date.parse(shutdownDate)) return undefined;
  return new TranscriptionError(
    "service_discontinued",
    `OpenAI shut ${request.model} down on ${shutdownDate}. Use gpt-transcribe, or another provider for subtitles, word times and translations.`,
    { provider: failure.provider, upstreamStatus: failure.status, param: "model" },
  );
};

const refuseRealtimeModel = ({ model }: TranscriptionRequest): void => {
  if (!isRealtimeOnly(model)) return;
  throw new TranscriptionError(
    "unsupported_feature",
    `OpenAI serves ${model} over its Realtime API only. Use gpt-transcribe for files.`,
    { param: "model", provider: KIND },
  );
};

const create = (settings: ProviderSettings): Provider => {
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  const baseUrl = requireBaseUrl(KIND, settings.baseUrl ?? BASE_URL);
  const account = {
    "openai-organization": readSetting(KIND, "organization", settings.organization),
    "openai-project": readSetting(KIND, "project", asString(settings.extra?.["project"])),
  };
  return createOpenaiDialect({
    kind: KIND,
    id: settings.id,
    baseUrl,
    headers: toHeaders(account, toBearerHeaders(KIND, settings)),
    secrets: [apiKey],
    capabilities: capabilitiesAt(baseUrl),
    options: {},
    deviations: openaiModelRules(),
    check: refuseRealtimeModel,
    classify: classifyShutdown,
  });
};

/** OpenAI's own service, or whatever stands at `OPENAI_BASE_URL` in its place. */
export const openaiProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "OpenAI",
  documentationUrl: "https://platform.openai.com/docs/guides/speech-to-text",
  environment: {
    apiKey: ["OPENAI_API_KEY"],
    baseUrl: ["OPENAI_BASE_URL", "OPENAI_API_BASE"],
    organization: ["OPENAI_ORG_ID", "OPENAI_ORGANIZATION"],
    settings: { project: ["OPENAI_PROJECT_ID", "OPENAI_PROJECT"] },
  },
  requiresApiKey: true,
  capabilities: openaiCapabilities,
  options: {},
  settings: {
    project: textOption(
      "The project that is billed, sent as `OpenAI-Project`; by default the key's own.",
    ),
  },
  create,
});

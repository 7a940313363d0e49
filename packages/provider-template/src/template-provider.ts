import type { HttpCall, Provider, ProviderDefinition, ProviderSettings } from "@earshot/core";
import {
  callProvider,
  defineProvider,
  joinUrl,
  readAnswer,
  requestIdOf,
  requireBaseUrl,
  requireSetting,
  secretsOf,
  toBearerHeaders,
} from "@earshot/provider-kit";
import type { ProviderCall } from "@earshot/provider-kit";
import { classifyTemplateError } from "./classify-template-error.ts";
import { fromTemplateResponse } from "./from-template-response.ts";
import { templateCapabilities } from "./template-capabilities.ts";
import { templateOptions } from "./template-options.ts";
import { toTemplateRequest } from "./to-template-request.ts";

const KIND = "template";
const BASE_URL = "https://api.template.example/v1";

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  requireSetting(KIND, "apiKey", settings.apiKey);
  const baseUrl = requireBaseUrl(KIND, settings.baseUrl ?? BASE_URL);
  const headers = toBearerHeaders(KIND, settings);
  const toSource = (call: HttpCall): ProviderCall => ({
    provider: id,
    call,
    classify: classifyTemplateError,
  });
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities: templateCapabilities,
    transcribe: async (request, context) => {
      const { call, warnings } = toTemplateRequest({ baseUrl, headers }, request);
      const source = toSource(call);
      const { response, text: body } = await callProvider(context, source);
      const requestId = requestIdOf(response);
      const answer = { provider: id, body, warnings, requestId, secrets: secretsOf(source) };
      return readAnswer(answer, () => fromTemplateResponse(answer));
    },
    checkHealth: async (context) => {
      const url = joinUrl(baseUrl, "/models");
      const source = toSource({ method: "GET", url, headers, body: { type: "none" } });
      await callProvider(context, { ...source, expects: "nothing" });
    },
  };
};

/** Template's speech-to-text API. */
export const templateProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "Template",
  documentationUrl: "https://template.example/docs",
  environment: { apiKey: ["TEMPLATE_API_KEY"], baseUrl: ["TEMPLATE_API_BASE"] },
  requiresApiKey: true,
  capabilities: templateCapabilities,
  options: templateOptions,
  create,
});

import type { Provider, ProviderDefinition, ProviderSettings } from "@earshot/core";
import {
  callProvider,
  checkRequest,
  defineProvider,
  joinUrl,
  readAnswer,
  requestIdOf,
  requireBaseUrl,
  requireSetting,
  secretsOf,
} from "@earshot/provider-kit";
import { classifyTemplateError } from "./classify-template-error.ts";
import { fromTemplateResponse } from "./from-template-response.ts";
import { templateCapabilities } from "./template-capabilities.ts";
import { templateOptions } from "./template-options.ts";
import { toTemplateRequest } from "./to-template-request.ts";
import type { TemplateTarget } from "./to-template-request.ts";

const KIND = "template";
const BASE_URL = "https://api.template.example/v1";

const toTarget = (settings: ProviderSettings, apiKey: string): TemplateTarget => {
  const headers = { authorization: `Bearer ${apiKey}`, ...settings.headers };
  return {
    baseUrl: requireBaseUrl(KIND, settings.baseUrl ?? BASE_URL),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  };
};

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  const target = toTarget(settings, apiKey);
  const secrets = [apiKey];
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities: templateCapabilities,
    transcribe: async (request, context) => {
      checkRequest({ kind: KIND, capabilities: templateCapabilities }, request);
      const { call, warnings } = toTemplateRequest(target, request);
      const source = { provider: id, call, secrets, classify: classifyTemplateError };
      const { response, text: body } = await callProvider(context, source);
      const requestId = requestIdOf(response);
      const answer = { provider: id, body, warnings, requestId, secrets: secretsOf(source) };
      return readAnswer(answer, () => fromTemplateResponse(answer));
    },
    checkHealth: async (context) => {
      const url = joinUrl(target.baseUrl, "/models");
      await callProvider(context, {
        provider: id,
        call: { method: "GET", url, headers: target.headers, body: { type: "none" } },
        expects: "nothing",
        secrets,
      });
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

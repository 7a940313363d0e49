import { capabilitiesOf, dateOf, TranscriptionError } from "@earshot/core";
import type {
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
  Warning,
} from "@earshot/core";
import {
  asRecord,
  asString,
  callProvider,
  checkRequest,
  classifyHttpFailure,
  defineProvider,
  holdsSecret,
  openStream,
  readJson,
  readAnswer,
  readServerSentEvents,
  reportsError,
  requestIdOf,
  requireSetting,
  secretsOf,
  toEmbeddedError,
} from "@earshot/provider-kit";
import type { AnswerSource } from "@earshot/provider-kit";
import { acmeCapabilities, acmeOptions, toAcmeCall } from "./acme-request.ts";
import { fromAcmeResponse } from "./acme-response.ts";

type Fields = Readonly<Record<string, unknown>>;

const warningsOf = (request: TranscriptionRequest): readonly Warning[] => {
  const can = capabilitiesOf(acmeCapabilities, request.model);
  const ignored = {
    prompt: request.prompt !== undefined && !can.prompt,
    keywords: request.keywords.length > 0 && !can.keywords,
    temperature: request.temperature !== undefined && !can.temperature,
    include: request.include.length > 0 && !can.logprobs,
  };
  return Object.entries(ignored)
    .filter(([, isIgnored]) => isIgnored)
    .map(([param]) => ({ param, message: `${request.model} ignores ${param}.` }));
};

const toFields = ({ provider, body, secrets }: Required<AnswerSource>): Fields => {
  const fields = asRecord(readJson(body, provider)) ?? {};
  if (reportsError(fields))
    throw toEmbeddedError(fields, { provider, bodyText: body, status: 200, secrets });
  return fields;
};

const create = (settings: ProviderSettings): Provider => {
  const key = requireSetting("acme", "apiKey", settings.apiKey);
  const id = settings.id ?? "acme";
  const source = (request: TranscriptionRequest) => {
    checkRequest({ kind: "acme", capabilities: acmeCapabilities }, request);
    return { provider: id, call: toAcmeCall(request, settings), secrets: [key] };
  };

  const transcribe = async (
    request: TranscriptionRequest,
    context: ProviderContext,
  ): Promise<Transcript> => {
    const asked = source(request);
    const { response, text } = await callProvider(context, asked);
    const warnings = warningsOf(request);
    if (
      request.responseFormat === "srt" &&
      response.header("content-type") === "application/x-subrip"
    ) {
      const plain = text
        .replaceAll(/^\d+$|^.*-->.*$|\n/gmu, " ")
        .replaceAll(/\s+/gu, " ")
        .trim();
      return { text: plain, warnings, raw: text, verbatim: { format: "srt", body: text } };
    }
    const answer = { provider: id, body: text, secrets: secretsOf(asked) };
    const transcript = readAnswer(answer, () => fromAcmeResponse(toFields(answer), warnings));
    const requestId = requestIdOf(response);
    return requestId === undefined ? transcript : { ...transcript, requestId };
  };

  async function* stream(
    request: TranscriptionRequest,
    context: ProviderContext,
  ): AsyncGenerator<TranscriptEvent> {
    const asked = source(request);
    const secrets = secretsOf(asked);
    const response = await openStream(context, asked);
    for await (const { data } of readServerSentEvents(response.body, id)) {
      const event = asRecord(readJson(data, id));
      if (event?.["error"] !== undefined) {
        const failure = { provider: id, status: 200, bodyText: data, now: dateOf(context.clock) };
        throw classifyHttpFailure({ ...failure, header: () => undefined, secrets });
      }
      if (event === undefined || holdsSecret(data, secrets)) break;
      const delta = asString(event?.["delta"]);
      if (delta !== undefined) yield { type: "delta", text: delta };
      if (event?.["final"] === undefined) continue;
      yield { type: "done", transcript: fromAcmeResponse(event["final"], warningsOf(request)) };
      return;
    }
    throw new TranscriptionError("bad_response", "acme's stream ended too early.", {
      provider: id,
    });
  }

  return { specVersion: 1, kind: "acme", id, capabilities: acmeCapabilities, transcribe, stream };
};

/** A well-behaved provider of a vendor that does not exist: everything the suite can ask for. */
export const acmeProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: "acme",
  displayName: "Acme",
  documentationUrl: "https://docs.acme.example/listen",
  environment: { apiKey: ["ACME_API_KEY"], baseUrl: ["ACME_API_BASE"] },
  requiresApiKey: true,
  capabilities: acmeCapabilities,
  options: acmeOptions,
  settings: { region: { type: "string", description: "Where the audio is kept." } },
  create,
});

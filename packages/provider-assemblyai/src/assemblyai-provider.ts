import { dateOf, doAtOnce } from "@earshot/core";
import type {
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptionRequest,
} from "@earshot/core";
import {
  asArray,
  defineProvider,
  finishReading,
  readAnswerWork,
  readRegion,
  requireBaseUrl,
  requireSetting,
  toHeaders,
} from "@earshot/provider-kit";
import { assemblyaiCapabilities, toAssemblyaiModel } from "./assemblyai-models.ts";
import { assemblyaiOptions, assemblyaiSettings } from "./assemblyai-options.ts";
import { classifyJobFailure, isSilence } from "./classify-assemblyai-error.ts";
import { fromAssemblyaiResponse, toSilentTranscript } from "./from-assemblyai-response.ts";
import { toAssemblyaiRequest } from "./to-assemblyai-request.ts";
import { deleteJob, failureOf, locateAudio, openDesk, runJob } from "./transcription-job.ts";
import type { AssemblyaiServer } from "./transcription-job.ts";

const KIND = "assemblyai";
/** More are read in turns with other work. */
const SHORT_WORDS = 2000;

const transcribe = async (
  server: AssemblyaiServer,
  asked: TranscriptionRequest,
  context: ProviderContext,
): Promise<Transcript> => {
  const request = { ...asked, model: toAssemblyaiModel(asked.model) };
  const { fields, warnings } = toAssemblyaiRequest(request);
  const desk = openDesk(server, context);
  const audioUrl = await locateAudio(desk, request.audio);
  const job = await runJob(desk, { audio_url: audioUrl, ...fields });
  const leftovers = request.options["delete_after"] === true ? await deleteJob(desk, job.id) : [];
  const { id: provider } = server;
  const { secrets } = desk;
  const { id, state: body } = job;
  const answer = { provider, id, body, warnings: [...warnings, ...leftovers], secrets };
  const failure = failureOf(job);
  if (failure === undefined) {
    const work = readAnswerWork({ provider, secrets }, () => fromAssemblyaiResponse(answer));
    const isLong = asArray(answer.body["words"]).length > SHORT_WORDS;
    return finishReading(work, isLong, context.signal);
  }
  const { error } = failure;
  if (isSilence(error))
    return doAtOnce(readAnswerWork({ provider, secrets }, () => toSilentTranscript(answer)));
  throw classifyJobFailure({ provider, now: dateOf(context.clock), secrets }, job.id, error);
};

const HOSTS: ReadonlyMap<string, string> = new Map([
  ["us", "https://api.assemblyai.com"],
  ["eu", "https://api.eu.assemblyai.com"],
]);

/**
 * The base URL of the settings or of their region, without the version that some write at its end.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/select-the-region
 */
const baseUrlOf = (settings: ProviderSettings): string => {
  const region = readRegion(KIND, "AssemblyAI", settings) ?? "us";
  const url = settings.baseUrl ?? HOSTS.get(region);
  return requireBaseUrl(KIND, url, ["/transcript", "/upload"]).replace(/\/v2$/u, "");
};

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  // Without a scheme: AssemblyAI would take `Bearer` for a part of the key.
  const headers = toHeaders(settings.headers, { authorization: apiKey });
  const server = { id, baseUrl: baseUrlOf(settings), headers, secrets: [apiKey] };
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities: assemblyaiCapabilities,
    transcribe: (request, context) => transcribe(server, request, context),
    checkHealth: async (context) => {
      await openDesk(server, context).ask("GET", "v2/transcript", { query: [["limit", "1"]] });
    },
  };
};

/** AssemblyAI's models for recorded audio: upload, job, polling. */
export const assemblyaiProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "AssemblyAI",
  documentationUrl: "https://www.assemblyai.com/docs/api-reference/transcripts/submit",
  environment: {
    apiKey: ["ASSEMBLYAI_API_KEY"],
    baseUrl: ["ASSEMBLYAI_API_BASE", "ASSEMBLYAI_BASE_URL"],
  },
  requiresApiKey: true,
  capabilities: assemblyaiCapabilities,
  options: assemblyaiOptions,
  settings: assemblyaiSettings,
  create,
});

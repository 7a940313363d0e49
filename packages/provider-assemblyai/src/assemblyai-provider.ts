import { doAtOnce, doInTurns, dateOf } from "@earshot/core";
import type {
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptionRequest,
} from "@earshot/core";
import { asArray, defineProvider, readAnswerWork, requireSetting } from "@earshot/provider-kit";
import { assemblyaiSettings, toAssemblyaiUrl } from "./assemblyai-address.ts";
import type { AssemblyaiServer } from "./assemblyai-api.ts";
import { assemblyaiCapabilities } from "./assemblyai-capabilities.ts";
import { toAssemblyaiModel } from "./assemblyai-models.ts";
import { assemblyaiOptions } from "./assemblyai-options.ts";
import { checkAssemblyaiRequest } from "./check-assemblyai-request.ts";
import { classifyJobFailure, isSilence } from "./classify-assemblyai-error.ts";
import { fromAssemblyaiResponse, toSilentTranscript } from "./from-assemblyai-response.ts";
import { toAssemblyaiRequest } from "./to-assemblyai-request.ts";
import { deleteJob, failureOf, locateAudio, openDesk, runJob } from "./transcription-job.ts";

const KIND = "assemblyai";
/** More are read in turns with other work. */
const SHORT_WORDS = 2000;

const transcribe = async (
  server: AssemblyaiServer,
  asked: TranscriptionRequest,
  context: ProviderContext,
): Promise<Transcript> => {
  const request = { ...asked, model: toAssemblyaiModel(asked.model) };
  checkAssemblyaiRequest(request);
  const { fields, warnings } = toAssemblyaiRequest(request);
  const desk = openDesk(server, context);
  const audioUrl = await locateAudio(desk, request.audio);
  const job = await runJob(desk, { audio_url: audioUrl, ...fields });
  const leftovers = request.options["delete_after"] === true ? await deleteJob(desk, job.id) : [];
  const { id: provider } = server;
  const { secrets } = desk;
  const answer = {
    provider,
    id: job.id,
    body: job.state,
    warnings: [...warnings, ...leftovers],
    secrets,
  };
  const failure = failureOf(job);
  if (failure === undefined) {
    const work = readAnswerWork({ provider, secrets }, () => fromAssemblyaiResponse(answer));
    const isLong = asArray(answer.body["words"]).length > SHORT_WORDS;
    return isLong ? doInTurns(work, context.signal) : doAtOnce(work);
  }
  const { error } = failure;
  if (isSilence(error))
    return doAtOnce(readAnswerWork({ provider, secrets }, () => toSilentTranscript(answer)));
  throw classifyJobFailure({ provider, id: job.id, error, now: dateOf(context.clock), secrets });
};

const toHeaders = (settings: ProviderSettings, apiKey: string): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(settings.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  // Without a scheme: AssemblyAI would take `Bearer` for a part of the key.
  authorization: apiKey,
});

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  const baseUrl = toAssemblyaiUrl(settings);
  const server = { id, baseUrl, headers: toHeaders(settings, apiKey), secrets: [apiKey] };
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

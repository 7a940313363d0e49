import { decodeAudio, probeAudio } from "@earshot/audio";
import { silentLogger, TranscriptionError } from "@earshot/core";
import type {
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
} from "@earshot/core";
import { checkRequest, defineProvider, throwIfAborted } from "@earshot/provider-kit";
import { createModelEngines, processShelf } from "./engine-shelf.ts";
import type { EngineShelf } from "./engine-shelf.ts";
import { closedError } from "./engine/speech-engine.ts";
import { BUILT_IN_CAPABILITIES, capabilitiesOfSettings } from "./local-capabilities.ts";
import { LOCAL_KIND, LOCAL_SETTINGS, readLocalSettings } from "./local-settings.ts";
import { DEFAULT_MODEL } from "./model-store/built-in-models.ts";
import { checkDeployment, checkModelAtHand } from "./model-store/check-models.ts";
import { runRequest } from "./run-request.ts";
import type { RequestParts } from "./run-request.ts";
import { readAhead } from "./work-ahead.ts";

/** The local engine; it also loads a model ahead of its first request. */
export interface LocalProvider extends Provider {
  readonly stream: NonNullable<Provider["stream"]>;
  readonly checkHealth: NonNullable<Provider["checkHealth"]>;
  readonly close: NonNullable<Provider["close"]>;
  /**
   * Fetches the model if it is not there and loads it; by default the built-in one, or the one in
   * `model_dir`. Rejects like a request.
   */
  preload(options?: { readonly model?: string; readonly signal?: AbortSignal }): Promise<void>;
}

/** What the provider is made of; tests put their own in. */
export interface LocalProviderParts {
  readonly shelf: EngineShelf;
  readonly decode: RequestParts["decode"];
  /** Measures audio without decoding it; default `probeAudio`. */
  readonly probe?: RequestParts["probe"];
}

const REAL_PARTS: LocalProviderParts = { shelf: processShelf, decode: decodeAudio };

/** Any error as one of ours that names the provider; `internal` for what was not foreseen. */
const withProvider = (error: unknown, provider: string): TranscriptionError => {
  if (!TranscriptionError.is(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return new TranscriptionError("internal", `The local engine failed: ${message}`, {
      provider,
      cause: error,
    });
  }
  const isComplete = error.provider !== undefined || error.code === "aborted";
  return isComplete ? error : error.with({ provider });
};

/** What was ready when the client left is not handed out any more. */
async function* whileWanted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  for await (const item of items) {
    throwIfAborted(signal);
    yield item;
  }
}

const transcriptOf = async (events: AsyncIterable<TranscriptEvent>): Promise<Transcript> => {
  for await (const event of events) if (event.type === "done") return event.transcript;
  throw new TranscriptionError("internal", "The local engine ended without a transcript.");
};

/**
 * Creates the provider; files, network and memory are touched by the first request. Throws
 * `invalid_request` that names a wrong setting.
 */
export function createLocalProvider(
  { id = LOCAL_KIND, model: only, extra = {}, logger = silentLogger }: ProviderSettings = {},
  { shelf, decode, probe = probeAudio }: LocalProviderParts = REAL_PARTS,
): LocalProvider {
  const settings = readLocalSettings(extra);
  const capabilities = capabilitiesOfSettings(settings);
  const engines = createModelEngines(shelf, settings, logger);
  const closing = new AbortController();
  const { maxAudioSeconds } = settings;
  const parts: RequestParts = { engines, maxAudioSeconds, probe, decode };

  async function* stream(
    request: TranscriptionRequest,
    context: ProviderContext,
  ): AsyncGenerator<TranscriptEvent, void, undefined> {
    const ending = new AbortController();
    const end = (reason: unknown): void => ending.abort(reason);
    const signal = AbortSignal.any([context.signal, closing.signal, ending.signal]);
    try {
      throwIfAborted(signal);
      checkRequest({ kind: LOCAL_KIND, capabilities }, request);
      const { audio } = request;
      // checkRequest refused any other kind: no local model takes a URL.
      if (audio.type !== "file") return;
      const { caller = "", clock } = context;
      const events = runRequest(parts, { request, audio, caller, clock, signal, end });
      yield* whileWanted(
        readAhead(events, () => end(undefined)),
        signal,
      );
    } catch (error) {
      throw withProvider(error, id);
    }
  }
  return {
    specVersion: 1,
    kind: LOCAL_KIND,
    id,
    capabilities,
    stream,
    transcribe: (request, context) => transcriptOf(stream(request, context)),
    preload: async ({ model = DEFAULT_MODEL, signal = closing.signal } = {}) => {
      await engines.load(model, AbortSignal.any([signal, closing.signal]));
    },
    checkHealth: async ({ signal }) => {
      if (engines.anyLoaded()) return;
      const { modelDir, modelType } = settings;
      await checkModelAtHand({ signal, modelDir, modelType, model: only });
    },
    close: async () => {
      closing.abort(closedError());
      await engines.close();
    },
  };
}

/** Speech to text inside the process: no key, and no network once its model is there. */
export const localProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: LOCAL_KIND,
  displayName: "Local",
  documentationUrl: "https://k2-fsa.github.io/sherpa/onnx/",
  environment: { apiKey: [], baseUrl: [], settings: { model_dir: ["EARSHOT_MODEL_DIR"] } },
  requiresApiKey: false,
  capabilities: BUILT_IN_CAPABILITIES,
  options: {},
  settings: LOCAL_SETTINGS,
  create: (settings) => {
    checkDeployment(settings);
    return createLocalProvider(settings);
  },
});

import { decodeAudio } from "@earshot/audio";
import { silentLogger, TranscriptionError } from "@earshot/core";
import type {
  AudioFile,
  Provider,
  ProviderContext,
  ProviderSettings,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
} from "@earshot/core";
import { checkRequest, throwIfAborted } from "@earshot/provider-kit";
import { cutAtPauses } from "./chunk/cut-at-pauses.ts";
import { processShelf } from "./engine-shelf.ts";
import type { EngineShelf } from "./engine-shelf.ts";
import { closedError } from "./engine/closed-error.ts";
import { SAMPLE_RATE } from "./engine/recognizer-config.ts";
import { ignoredOptions } from "./ignored-options.ts";
import { languagePlan } from "./language-plan.ts";
import { capabilitiesOfModel, capabilitiesOfSettings } from "./local-capabilities.ts";
import { readLocalSettings } from "./local-settings.ts";
import { createModelEngines } from "./model-engines.ts";
import { DEFAULT_MODEL } from "./model-store/built-in-models.ts";
import { checkModelAtHand } from "./model-store/check-model-at-hand.ts";
import { MODEL_FAMILIES } from "./models/model-families.ts";
import type { LoadedModel } from "./shared-engine.ts";
import { transcriptEvents } from "./transcript-events.ts";
import { withProvider } from "./with-provider.ts";

export const LOCAL_KIND = "local";

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
  readonly decode: (
    audio: AudioFile,
    options: { readonly sampleRate: number; readonly signal: AbortSignal },
  ) => AsyncIterable<Float32Array>;
}

const REAL_PARTS: LocalProviderParts = { shelf: processShelf, decode: decodeAudio };

/** Everything that one request is answered with. */
interface Work {
  readonly request: TranscriptionRequest;
  readonly audio: AudioFile;
  readonly loaded: LoadedModel;
  readonly signal: AbortSignal;
  readonly decode: LocalProviderParts["decode"];
}

const eventsOf = ({
  request,
  audio,
  loaded,
  signal,
  decode,
}: Work): AsyncIterable<TranscriptEvent> => {
  const { model, pool } = loaded;
  checkRequest(
    { kind: LOCAL_KIND, capabilities: capabilitiesOfModel(model.type, model.languages) },
    request,
  );
  const { spoken, written } = languagePlan(request, model);
  const { needsSpeech } = MODEL_FAMILIES[model.type];
  const options = { language: spoken, task: request.task, needsSpeech };
  return transcriptEvents({
    chunks: cutAtPauses(decode(audio, { sampleRate: SAMPLE_RATE, signal })),
    transcribe: ({ samples }) => pool.transcribe({ samples, options, signal }),
    hasSpare: () => pool.hasSpare(),
    language: written,
    warnings: ignoredOptions(request),
  });
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
  { shelf, decode }: LocalProviderParts = REAL_PARTS,
): LocalProvider {
  const settings = readLocalSettings(extra);
  const capabilities = capabilitiesOfSettings(settings);
  const engines = createModelEngines({ shelf, settings, logger });
  const closing = new AbortController();

  async function* stream(
    request: TranscriptionRequest,
    context: ProviderContext,
  ): AsyncGenerator<TranscriptEvent, void, undefined> {
    const signal = AbortSignal.any([context.signal, closing.signal]);
    try {
      throwIfAborted(signal);
      checkRequest({ kind: LOCAL_KIND, capabilities }, request);
      // checkRequest refused any other kind: no local model takes a URL.
      if (request.audio.type !== "file") return;
      const leave = engines.enter(request.model, context.clock);
      try {
        const loaded = await engines.load(request.model, signal);
        const work = { request, audio: request.audio, loaded, signal, decode };
        yield* whileWanted(eventsOf(work), signal);
      } finally {
        leave();
      }
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
      const model = only === undefined ? {} : { model: only };
      await checkModelAtHand({ signal, modelDir, modelType, ...model });
    },
    close: async () => {
      closing.abort(closedError());
      await engines.close();
    },
  };
}

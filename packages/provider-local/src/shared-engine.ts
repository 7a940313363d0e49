import { availableParallelism } from "node:os";
import type { Logger } from "@earshot/core";
import { createAdmission } from "./admission.ts";
import type { Applicant, Place } from "./admission.ts";
import { DecoderPool } from "./engine/decoder-pool.ts";
import type { LoadOptions } from "./engine/open-speech-engine.ts";
import { closedError } from "./engine/speech-engine.ts";
import { probeModel, startDecoder } from "./engine/worker-decoder.ts";
import { engineOfEnvironment } from "./local-settings.ts";
import type { LocalSettings } from "./local-settings.ts";
import type { LocalModel } from "./model-families.ts";
import { ensureModel } from "./model-store/ensure-model.ts";
import type { OnProgress } from "./model-store/install-context.ts";
import { untilAborted } from "./until-aborted.ts";

/** Which model to load, and how. */
export interface EngineSpec {
  /** Tells models apart; see `identityOfModel`. */
  readonly key: string;
  readonly model: string;
  readonly settings: LocalSettings;
}

/** A model ready to transcribe. */
export interface LoadedModel {
  readonly model: LocalModel;
  readonly pool: DecoderPool;
}

/** A model that several providers may use; it is loaded when it is first needed. */
export interface SharedEngine {
  /** Takes a request on; give its place back at its end. Throws `queue_full`. */
  enter(applicant: Applicant): Place;
  /** Loads the model once, whoever asks; after a failure the next call tries again. */
  load(logger: Logger, signal: AbortSignal): Promise<LoadedModel>;
  /** True while the model is in memory. */
  isLoaded(): boolean;
  /** Frees everything, also while it loads or decodes. */
  close(): Promise<void>;
}

/** A WebAssembly decoder takes some 370 MB, so there are not many of them unless asked for. */
const USUAL_WASM_DECODERS = 2;
const LARGE_MODEL_BYTES = 256 * 1024 * 1024;

/** Small models work on several recordings at once, large ones on one recording with all cores. */
const sizeFor = (
  settings: LocalSettings,
  model: LocalModel,
): { readonly decoders: number; readonly numThreads: number } => {
  const cores = availableParallelism();
  const large = model.weightsBytes > LARGE_MODEL_BYTES;
  const decoders = settings.maxConcurrency ?? (large ? 1 : cores);
  return { decoders, numThreads: settings.numThreads ?? (large && decoders === 1 ? cores : 1) };
};

/** Tells of a download at its start and after each quarter. */
const logProgress = (logger: Logger): OnProgress => {
  let quarters = -1;
  return ({ source, receivedBytes, totalBytes }) => {
    const passed = Math.floor((receivedBytes / totalBytes) * 4);
    if (passed === quarters) return;
    quarters = passed;
    logger.info({ source, receivedBytes, totalBytes }, "Fetching the local model.");
  };
};

const openEngine = async (
  { model: name, settings }: EngineSpec,
  logger: Logger,
  signal: AbortSignal,
): Promise<LoadedModel> => {
  const choice = settings.engine ?? engineOfEnvironment(process.env["EARSHOT_LOCAL_ENGINE"]);
  const { modelDir, modelType } = settings;
  const found = await ensureModel(
    { model: name, modelDir, modelType, signal },
    logProgress(logger),
  );
  const languages = modelDir === undefined ? undefined : settings.languages;
  const model = { ...found, languages: languages ?? found.languages };
  if (model.vad === undefined) {
    const message = "No voice-activity model: quiet recordings with long pauses may lose text.";
    logger.warn({ folder: model.folder }, message);
  }
  const { decoders, numThreads } = sizeFor(settings, model);
  const options: LoadOptions = { model, choice, numThreads };
  if (!model.pinned) await probeModel(options, signal);
  const isUsual = settings.maxConcurrency === undefined;
  const pool = new DecoderPool({
    start: (stopping) => startDecoder(options, stopping),
    limit: (kind) =>
      kind === "wasm" && isUsual ? Math.min(decoders, USUAL_WASM_DECODERS) : decoders,
  });
  signal.addEventListener("abort", () => void pool.close(), { once: true });
  await pool.warmUp();
  return { model, pool };
};

/** Creates an engine that is not loaded yet. */
export function createSharedEngine(spec: EngineSpec): SharedEngine {
  const { maxConcurrency: concurrency = availableParallelism(), ...bounds } = spec.settings;
  const admission = createAdmission({ ...bounds, concurrency });
  const closing = new AbortController();
  let opening: Promise<LoadedModel> | undefined;
  let loaded: LoadedModel | undefined;

  const open = async (logger: Logger): Promise<LoadedModel> => {
    try {
      loaded = await openEngine(spec, logger, closing.signal);
      return loaded;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return {
    enter: (applicant) => admission.enter(applicant),
    load: (logger, signal) => untilAborted((opening ??= open(logger)), signal),
    isLoaded: () => loaded !== undefined,
    close: async () => {
      closing.abort(closedError());
      // What is still being opened ends by the signal.
      await Promise.allSettled([opening]);
      await loaded?.pool.close();
      loaded = undefined;
    },
  };
}

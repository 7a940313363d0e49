import { TranscriptionError } from "@earshot/core";
import { MODEL_FAMILIES } from "../model-families.ts";
import type { LocalModel } from "../model-families.ts";
import { INITIAL_OPTIONS, loadNativeEngine, loadWasmEngine } from "./sherpa-builds.ts";
import type { BareEngine, EngineFactory } from "./sherpa-builds.ts";
import type { EngineKind, SpeechEngine } from "./speech-engine.ts";

/** `auto` tries the native build and takes WebAssembly where it does not load. */
export type EngineChoice = EngineKind | "auto";

/** How to load a model. */
export interface LoadOptions {
  readonly model: LocalModel;
  readonly choice: EngineChoice;
  readonly numThreads: number;
}

/** The build of the engine that runs on this machine. */
export interface FoundEngine {
  readonly kind: EngineKind;
  /** Why it is not the native one. */
  readonly reason?: string;
}

/** How each build is loaded. */
export type EngineBuilds = Readonly<Record<EngineKind, () => Promise<EngineFactory>>>;

const BUILDS: EngineBuilds = { native: loadNativeEngine, wasm: loadWasmEngine };

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split("\n", 1)[0] ?? "";

/** Finds out whether the native build loads here; loads no model. Never rejects. */
export async function findEngine(): Promise<FoundEngine> {
  try {
    await loadNativeEngine();
    return { kind: "native" };
  } catch (error) {
    return { kind: "wasm", reason: reasonOf(error) };
  }
}

/** Loads a build of sherpa-onnx. Rejects with `internal` when the one that was asked for does not load. */
export async function loadBuild(
  choice: EngineChoice,
  builds: EngineBuilds = BUILDS,
): Promise<EngineFactory> {
  if (choice === "wasm") return builds.wasm();
  try {
    return await builds.native();
  } catch (error) {
    if (choice === "auto") return builds.wasm();
    const platform = `${process.platform}-${process.arch}`;
    throw new TranscriptionError(
      "internal",
      `The native engine does not load on ${platform}: ${reasonOf(error)}`,
      {
        remedy: "Reinstall sherpa-onnx-node with its optional packages, or set engine to wasm.",
        cause: error,
      },
    );
  }
}

/**
 * An engine that tells its model the language and task of each request, but only when they change.
 * A model that does not follow them is told nothing.
 */
export function followOptions(engine: BareEngine, followsOptions: boolean): SpeechEngine {
  let current = INITIAL_OPTIONS;
  return {
    kind: engine.kind,
    findSpeech: engine.findSpeech,
    decode: (samples, options) => {
      const changed = options.language !== current.language || options.task !== current.task;
      if (followsOptions && changed) {
        engine.setOptions(options);
        current = options;
      }
      return engine.decode(samples);
    },
  };
}

/** Loads a model in this thread and holds it meanwhile: about a second for the built-in model. */
export async function openSpeechEngine(options: LoadOptions): Promise<SpeechEngine> {
  const { model, choice, numThreads } = options;
  const create = await loadBuild(choice);
  return followOptions(create(model, numThreads), MODEL_FAMILIES[model.type].followsOptions);
}

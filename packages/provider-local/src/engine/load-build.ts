import { TranscriptionError } from "@earshot/core";
import type { EngineFactory } from "./bare-engine.ts";
import { loadNativeEngine } from "./native-engine.ts";
import type { EngineKind } from "./speech-engine.ts";
import { loadWasmEngine } from "./wasm-engine.ts";

/** `auto` tries the native build and takes WebAssembly where it does not load. */
export type EngineChoice = EngineKind | "auto";

/** How each build is loaded. */
export type EngineBuilds = Readonly<Record<EngineKind, () => Promise<EngineFactory>>>;

const BUILDS: EngineBuilds = { native: loadNativeEngine, wasm: loadWasmEngine };

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split("\n", 1)[0] ?? "";

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
    const advice = "Reinstall sherpa-onnx-node with its optional packages, or set engine to wasm.";
    throw new TranscriptionError(
      "internal",
      `The native engine does not load on ${platform}: ${reasonOf(error)} ${advice}`,
      { cause: error },
    );
  }
}

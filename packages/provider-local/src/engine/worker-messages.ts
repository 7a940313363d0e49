import type { ErrorCode } from "@earshot/core";
import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import type { EngineChoice } from "./load-build.ts";
import type { LocalModel } from "./local-model.ts";
import type { EngineKind } from "./speech-engine.ts";

/** How to load a model. */
export interface LoadOptions {
  readonly model: LocalModel;
  readonly choice: EngineChoice;
  readonly numThreads: number;
}

/** What is asked of the thread that holds the engine. */
export type WorkerRequest =
  | { readonly type: "load"; readonly id: number; readonly options: LoadOptions }
  | {
      readonly type: "chunk";
      readonly id: number;
      readonly samples: Float32Array;
      readonly options: ChunkOptions;
    };

/** What it answers, under the same id. */
export type WorkerAnswer =
  | { readonly type: "loaded"; readonly id: number; readonly kind: EngineKind }
  | { readonly type: "pieces"; readonly id: number; readonly pieces: readonly Piece[] }
  | {
      readonly type: "failed";
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
    };

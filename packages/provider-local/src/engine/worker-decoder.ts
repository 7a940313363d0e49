import { TranscriptionError } from "@earshot/core";
import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import { untilAborted } from "../until-aborted.ts";
import type { EngineKind } from "./speech-engine.ts";
import { createWorkerClient } from "./worker-client.ts";
import type { WorkerClient } from "./worker-client.ts";
import type { LoadOptions } from "./worker-messages.ts";

/** One loaded engine in a thread of its own; it works on one chunk at a time. */
export interface Decoder {
  readonly kind: EngineKind;
  /** Takes the samples away from the caller. Rejects with `provider_error` when the engine fails. */
  transcribe(samples: Float32Array, options: ChunkOptions): Promise<readonly Piece[]>;
  /** False once its thread has ended. */
  alive(): boolean;
  /** Frees the memory as soon as the call into the engine that is under way has come back. */
  stop(): Promise<void>;
}

const strange = (): TranscriptionError =>
  new TranscriptionError("internal", "The local engine answered something else than was asked.");

const askForPieces = async (
  client: WorkerClient,
  samples: Float32Array,
  options: ChunkOptions,
): Promise<readonly Piece[]> => {
  const { buffer } = samples;
  // Only a buffer that is not shared with other threads can be given away.
  const transfer = buffer instanceof ArrayBuffer ? [buffer] : [];
  try {
    const done = await client.ask((id) => ({ type: "chunk", id, samples, options }), transfer);
    if (done.type === "pieces") return done.pieces;
    throw strange();
  } catch (error) {
    // What failed once may be broken inside; the next chunk gets a new one.
    await client.stop();
    throw error;
  }
};

/**
 * Starts a thread and loads a model in it. Rejects when the engine or the model does not load, and
 * with the signal's error when that fires first.
 */
export async function startDecoder(options: LoadOptions, signal: AbortSignal): Promise<Decoder> {
  const client = createWorkerClient();
  try {
    const loading = client.ask((id) => ({ type: "load", id, options }));
    const loaded = await untilAborted(loading, signal);
    if (loaded.type !== "loaded") throw strange();
    return {
      kind: loaded.kind,
      alive: () => client.alive(),
      stop: () => client.stop(),
      transcribe: (samples, chunkOptions) => askForPieces(client, samples, chunkOptions),
    };
  } catch (error) {
    await client.stop();
    throw error;
  }
}

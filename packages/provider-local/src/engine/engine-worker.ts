import { parentPort, workerData } from "node:worker_threads";
import { TranscriptionError } from "@earshot/core";
import type { ErrorCode } from "@earshot/core";
import { transcribeChunk } from "../chunk/transcribe-chunk.ts";
import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import { enterGate, isAskedOut, isNativeGate } from "./native-gate.ts";
import { openSpeechEngine } from "./open-speech-engine.ts";
import type { LoadOptions } from "./open-speech-engine.ts";
import { closedError } from "./speech-engine.ts";
import type { EngineKind, SpeechEngine } from "./speech-engine.ts";

// The engine runs here, away from the event loop of the program: every call into it holds its
// thread. The same file also runs as a process of its own, to try a model that may end it.

/** What is asked of the engine. */
export type WorkerTask =
  | { readonly type: "load"; readonly options: LoadOptions }
  | { readonly type: "chunk"; readonly samples: Float32Array; readonly options: ChunkOptions };

/** What became of it. */
export type WorkerOutcome =
  | { readonly type: "loaded"; readonly kind: EngineKind }
  | { readonly type: "pieces"; readonly pieces: readonly Piece[] }
  | { readonly type: "failed"; readonly code: ErrorCode; readonly message: string };

/** A task under a number, which its answer repeats. */
export type WorkerRequest = WorkerTask & { readonly id: number };

export type WorkerAnswer = WorkerOutcome & { readonly id: number };

let engine: SpeechEngine | undefined;

// The thread that starts this one hands the gate over. A process of its own needs none.
const gate = isNativeGate(workerData) ? workerData : undefined;

/** Comes out of the gate between two pieces of a chunk, not only after the last. */
const leaveable = (opened: SpeechEngine): SpeechEngine => ({
  ...opened,
  decode: (samples, options) => {
    if (gate !== undefined && isAskedOut(gate)) throw closedError();
    return opened.decode(samples, options);
  },
});

const perform = async (task: WorkerTask): Promise<WorkerOutcome> => {
  if (task.type === "load") {
    engine = leaveable(await openSpeechEngine(task.options));
    return { type: "loaded", kind: engine.kind };
  }
  if (engine === undefined) throw new TranscriptionError("internal", "No model is loaded yet.");
  return { type: "pieces", pieces: transcribeChunk(engine, task.samples, task.options) };
};

const toFailure = (error: unknown): WorkerOutcome => {
  // WebAssembly throws C++ exceptions as bare addresses.
  const message = error instanceof Error ? error.message : "The engine failed without a reason.";
  const code = TranscriptionError.is(error) ? error.code : "provider_error";
  return { type: "failed", code, message: message.trim() };
};

const post = (message: WorkerAnswer): void => {
  if (parentPort === null) process.send?.(message);
  else parentPort.postMessage(message);
};

const handle = async ({ id, ...task }: WorkerRequest): Promise<void> => {
  // Without its port the thread has nothing left to do, and ends.
  const leave = gate === undefined ? () => {} : enterGate(gate, () => parentPort?.close());
  try {
    post({ id, ...(await perform(task)) });
  } catch (error) {
    post({ id, ...toFailure(error) });
  } finally {
    leave();
  }
};

const port = parentPort ?? process;
port.on("message", (request: WorkerRequest) => void handle(request));

import { parentPort, workerData } from "node:worker_threads";
import { TranscriptionError } from "@earshot/core";
import { transcribeChunk } from "../chunk/transcribe-chunk.ts";
import { closedError } from "./closed-error.ts";
import { enterGate, isAskedOut, isNativeGate } from "./native-gate.ts";
import { openSpeechEngine } from "./open-speech-engine.ts";
import type { SpeechEngine } from "./speech-engine.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

// The engine runs here, away from the event loop of the program: every call into it holds its
// thread. The same file also runs as a process of its own, to try a model that may end it.

let engine: SpeechEngine | undefined;

// The thread that starts this one hands the gate over. A process of its own needs none.
const gate = isNativeGate(workerData) ? workerData : undefined;

const mayDecode = (): void => {
  if (gate !== undefined && isAskedOut(gate)) throw closedError();
};

/** Comes out of the gate between two pieces of a chunk, not only after the last. */
const leaveable = (opened: SpeechEngine): SpeechEngine => ({
  ...opened,
  decode: (samples, options) => {
    mayDecode();
    return opened.decode(samples, options);
  },
});

const answer = async (request: WorkerRequest): Promise<WorkerAnswer> => {
  const { id } = request;
  if (request.type === "load") {
    const { model, ...settings } = request.options;
    engine = leaveable(await openSpeechEngine(model, settings));
    return { type: "loaded", id, kind: engine.kind };
  }
  if (engine === undefined) throw new TranscriptionError("internal", "No model is loaded yet.");
  return { type: "pieces", id, pieces: transcribeChunk(engine, request.samples, request.options) };
};

const toFailure = (id: number, error: unknown): WorkerAnswer => {
  // WebAssembly throws C++ exceptions as bare addresses.
  const message = error instanceof Error ? error.message : "The engine failed without a reason.";
  return {
    type: "failed",
    id,
    code: TranscriptionError.is(error) ? error.code : "provider_error",
    message: message.trim(),
  };
};

const post = (message: WorkerAnswer): void => {
  if (parentPort === null) process.send?.(message);
  else parentPort.postMessage(message);
};

const handle = async (request: WorkerRequest): Promise<void> => {
  // Without its port the thread has nothing left to do, and ends.
  const leave = gate === undefined ? () => {} : enterGate(gate, () => parentPort?.close());
  try {
    post(await answer(request));
  } catch (error) {
    post(toFailure(request.id, error));
  } finally {
    leave();
  }
};

const port = parentPort ?? process;
port.on("message", (request: WorkerRequest) => void handle(request));

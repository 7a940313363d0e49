import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Transferable } from "node:worker_threads";
import { TranscriptionError } from "@earshot/core";
import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import { untilAborted } from "../until-aborted.ts";
import type { WorkerAnswer, WorkerRequest, WorkerTask } from "./engine-worker.ts";
import { createNativeGate, keepGate, shutGate } from "./native-gate.ts";
import type { LoadOptions } from "./open-speech-engine.ts";
import { closedError } from "./speech-engine.ts";
import type { EngineKind } from "./speech-engine.ts";
import { workerUrl } from "./worker-url.ts";

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

type SettledAnswer = Exclude<WorkerAnswer, { readonly type: "failed" }>;

/** The thread that holds an engine. */
interface EngineThread extends Pick<Decoder, "alive"> {
  /** Rejects with the worker's own error, or with `provider_error` when its thread ends. */
  ask(task: WorkerTask, transfer?: readonly Transferable[]): Promise<SettledAnswer>;
  /** Rejects what is pending with `aborted`; resolves when the thread is gone and its memory free. */
  stop(): Promise<void>;
}

const died = (why: string): TranscriptionError =>
  new TranscriptionError("provider_error", `The local engine stopped: ${why}`);

/** Starts the thread; it keeps the program alive only while something is asked of it. */
const startThread = (): EngineThread => {
  const gate = createNativeGate();
  const url = workerUrl("engine", "engine-worker");
  const worker = new Worker(url, { execArgv: [], workerData: gate });
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const pending = new Map<number, PromiseWithResolvers<SettledAnswer>>();
  let lastId = 0;
  let end: TranscriptionError | undefined;

  const finish = (error: TranscriptionError): void => {
    end ??= error;
    for (const { reject } of pending.values()) reject(end);
    pending.clear();
  };
  keepGate(gate, gone);
  worker.unref();
  worker.on("error", (error: unknown) =>
    finish(died(error instanceof Error ? error.message : String(error))),
  );
  worker.on("exit", () => finish(died("its thread ended.")));
  worker.on("message", (answer: WorkerAnswer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (pending.size === 0 && end === undefined) worker.unref();
    if (answer.type !== "failed") waiting?.resolve(answer);
    else waiting?.reject(new TranscriptionError(answer.code, answer.message));
  });
  return {
    alive: () => end === undefined,
    ask: async (task, transfer = []) => {
      if (end !== undefined) throw end;
      const request: WorkerRequest = { ...task, id: ++lastId };
      const answered = Promise.withResolvers<SettledAnswer>();
      pending.set(request.id, answered);
      worker.ref();
      worker.postMessage(request, transfer);
      return answered.promise;
    },
    stop: async () => {
      finish(closedError());
      worker.ref();
      if (shutGate(gate)) await worker.terminate();
      await gone;
    },
  };
};

const strange = (): TranscriptionError =>
  new TranscriptionError("internal", "The local engine answered something else than was asked.");

/**
 * Starts a thread and loads a model in it. Rejects when the engine or the model does not load, and
 * with the signal's error when that fires first.
 */
export async function startDecoder(options: LoadOptions, signal: AbortSignal): Promise<Decoder> {
  const { ask, alive, stop } = startThread();
  /** What failed once may be broken inside; the next chunk gets a new one. */
  const orStop = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      await stop();
      throw error;
    }
  };
  const load = async (): Promise<EngineKind> => {
    const answer = await untilAborted(ask({ type: "load", options }), signal);
    if (answer.type !== "loaded") throw strange();
    return answer.kind;
  };
  const transcribe: Decoder["transcribe"] = async (samples, chunkOptions) => {
    const { buffer } = samples;
    // Only a buffer that is not shared with other threads can be given away.
    const transfer = buffer instanceof ArrayBuffer ? [buffer] : [];
    const answer = await ask({ type: "chunk", samples, options: chunkOptions }, transfer);
    if (answer.type !== "pieces") throw strange();
    return answer.pieces;
  };
  const kind = await orStop(load());
  return { kind, alive, stop, transcribe: (...job) => orStop(transcribe(...job)) };
}

const lastLineOf = (text: string): string => {
  const lines = text.split("\n").map((line) => line.trim());
  // sherpa-onnx starts each line with its own source file and line.
  return (lines.findLast((line) => line !== "") ?? "").replace(/^\/\S+:\d+ /u, "");
};

const refusal = ({ model }: LoadOptions, reason: string): TranscriptionError =>
  new TranscriptionError(
    "provider_model_not_found",
    `The model in ${model.folder} does not load as ${model.type}: ${reason || "the engine gave no reason."} ` +
      "Check model_type, and that all files of the folder belong together and are complete.",
  );

const firstAnswer = async (child: ChildProcess): Promise<WorkerAnswer | undefined> => {
  const answered = once(child, "message").then(([answer]: readonly WorkerAnswer[]) => answer);
  const ended = once(child, "close").then(() => undefined);
  return Promise.race([answered, ended]);
};

/**
 * Loads a model once in a process of its own: sherpa-onnx ends the whole process over files that do
 * not belong to the model type. Rejects with `provider_model_not_found` when the model does not load.
 */
export async function probeModel(options: LoadOptions, signal: AbortSignal): Promise<void> {
  const child = fork(fileURLToPath(workerUrl("engine", "engine-worker")), [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-4096);
  });
  const request: WorkerRequest = { type: "load", id: 1, options };
  try {
    child.send(request);
    const answer = await untilAborted(firstAnswer(child), signal);
    if (answer?.type === "loaded") return;
    const said = answer?.type === "failed" ? answer.message : "";
    throw refusal(options, lastLineOf(complaint) || said);
  } finally {
    child.kill("SIGKILL");
  }
}

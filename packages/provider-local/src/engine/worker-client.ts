import { Worker } from "node:worker_threads";
import type { Transferable } from "node:worker_threads";
import { TranscriptionError } from "@earshot/core";
import { closedError } from "./closed-error.ts";
import { awaitShutGate, createNativeGate, shutGate } from "./native-gate.ts";
import type { NativeGate } from "./native-gate.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";
import { workerUrl } from "./worker-url.ts";

type SettledAnswer = Exclude<WorkerAnswer, { readonly type: "failed" }>;

/** The thread that holds an engine, as a function to ask. */
export interface WorkerClient {
  /** Rejects with the worker's own error, or with `provider_error` when its thread ends. */
  ask(
    toRequest: (id: number) => WorkerRequest,
    transfer?: readonly Transferable[],
  ): Promise<SettledAnswer>;
  alive(): boolean;
  /** Rejects what is pending with `aborted`; resolves when the thread is gone and its memory free. */
  stop(): Promise<void>;
}

interface Pending {
  readonly resolve: (answer: SettledAnswer) => void;
  readonly reject: (error: TranscriptionError) => void;
}

const died = (why: string): TranscriptionError =>
  new TranscriptionError("provider_error", `The local engine stopped: ${why}`);

/** The gates of all threads, for the end of the process. */
const gates = new Set<NativeGate>();

const LONGEST_WAIT_MS = 5000;

/** At its end a process ends its threads, wherever they are; this waits until none is inside. */
const shutAllGates = (): void => {
  for (const gate of gates) shutGate(gate);
  for (const gate of gates) awaitShutGate(gate, LONGEST_WAIT_MS);
};

const keepGate = (gate: NativeGate, gone: Promise<void>): void => {
  if (gates.size === 0) process.once("exit", shutAllGates);
  gates.add(gate);
  const forget = (): void => {
    gates.delete(gate);
    if (gates.size === 0) process.off("exit", shutAllGates);
  };
  void gone.then(forget);
};

/** Starts the thread; it keeps the program alive only while something is asked of it. */
export function createWorkerClient(): WorkerClient {
  const gate = createNativeGate();
  const url = workerUrl("engine", "engine-worker");
  const worker = new Worker(url, { execArgv: [], workerData: gate });
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const pending = new Map<number, Pending>();
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
    ask: (toRequest, transfer = []) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) {
          reject(end);
          return;
        }
        const request = toRequest(++lastId);
        pending.set(request.id, { resolve, reject });
        worker.ref();
        worker.postMessage(request, transfer);
      }),
    stop: async () => {
      finish(closedError());
      worker.ref();
      if (shutGate(gate)) await worker.terminate();
      await gone;
    },
  };
}

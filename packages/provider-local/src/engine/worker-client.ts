import { Worker } from "node:worker_threads";
import type { Transferable } from "node:worker_threads";
import { TranscriptionError } from "@earshot/core";
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

/** Starts the thread; it keeps the program alive only while something is asked of it. */
export function createWorkerClient(): WorkerClient {
  const worker = new Worker(workerUrl("engine", "engine-worker"), { execArgv: [] });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let end: TranscriptionError | undefined;

  const finish = (error: TranscriptionError): void => {
    end ??= error;
    for (const { reject } of pending.values()) reject(end);
    pending.clear();
  };
  worker.unref();
  worker.on("error", (error: unknown) =>
    finish(died(error instanceof Error ? error.message : String(error))),
  );
  worker.on("exit", () => finish(died("its thread ended.")));
  worker.on("message", (answer: WorkerAnswer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (pending.size === 0) worker.unref();
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
      finish(new TranscriptionError("aborted", "The local engine was closed."));
      await worker.terminate();
    },
  };
}

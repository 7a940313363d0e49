import type { ChildProcess } from "node:child_process";
import cluster from "node:cluster";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Failure } from "../../command-failure.ts";
import type { TextOutput } from "../../command-io.ts";
import type { ListenAddress } from "../serve-flags.ts";
import type { MessageFromWorker, MessageToWorker, StartMessage } from "./messages.ts";
import type { SharedSlots } from "./shared-slots.ts";
import type { SharedState } from "./shared-state.ts";

/** How a process ended: its exit code, or the signal that ended it. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A worker that ended before it listened, and what it said of the reason, if it could. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
  readonly end: ProcessEnd;
  readonly failure: Failure | undefined;

  constructor(end: ProcessEnd, failure: Failure | undefined) {
    super("A worker ended before it listened.");
    this.end = end;
    this.failure = failure;
  }
}

/** One process that serves together with others, from its start to its end, as the primary sees it. */
export interface WorkerProcess {
  readonly pid: number;
  /** Rejects with `WorkerStartError` when it ends before it listens. */
  readonly listening: Promise<ListenAddress>;
  /** Resolves when it has ended and its last output was read. */
  readonly ended: Promise<ProcessEnd>;
  /** Lets running requests end within that time; resolves with how many were cut off. */
  readonly stop: (graceMs: number) => Promise<number>;
  /** The same for a worker that was replaced; `stop` may still shorten the time. */
  readonly retire: (graceMs: number) => Promise<number>;
  readonly kill: () => void;
}

/** What is longer and has no end of line is none of ours. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Passes on what a stream brings, always whole lines; what has no end of line at last, or not for
 * long, gets one.
 */
export function relayLines(source: Readable, write: (lines: string) => void): void {
  let rest = "";
  source.setEncoding("utf8");
  source.on("data", (text: string) => {
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      write(rest + text.slice(0, end));
      rest = text.slice(end);
      return;
    }
    rest += text;
    if (rest.length < LONGEST_LINE) return;
    write(`${rest}\n`);
    rest = "";
  });
  source.on("end", () => {
    if (rest !== "") write(`${rest}\n`);
  });
}

/** A connection on its way to a worker, as Node's cluster hands it over; its `fd` is -1 when it is closed. */
type Handle = Readonly<{ fd: number; close: () => void }>;

const isHandle = (value: unknown): value is Handle =>
  typeof value === "object" &&
  value !== null &&
  "fd" in value &&
  "close" in value &&
  typeof value.close === "function";

/**
 * Ends the connection that a worker was being handed when it died. Node keeps its own end of a
 * connection open until the worker has it; without this the client would wait for ever.
 */
const endLostConnection = (child: ChildProcess): void => {
  let handed: Handle | undefined;
  const send = child.send.bind(child);
  child.send = (...parameters: readonly unknown[]): boolean => {
    const [, handle] = parameters;
    if (isHandle(handle)) handed = handle;
    return Reflect.apply(send, child, parameters) === true;
  };
  child.once("exit", () => {
    if (handed !== undefined && handed.fd !== -1) handed.close();
  });
};

/** How long the last words of a process may take; what it started itself may hold its outputs open. */
const LAST_WORDS_MS = 500;

const endOf = (child: ChildProcess): Promise<ProcessEnd> =>
  new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    child.once("exit", (exitCode, signal) => {
      timer = setTimeout(() => resolve({ exitCode, signal }), LAST_WORDS_MS);
    });
    child.once("close", (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal });
    });
  });

type Outputs = Readonly<Record<"stdout" | "stderr", Pick<TextOutput, "write">>>;

/** Forks a process whose outputs go to those of the primary. */
const fork = ({ stdout, stderr }: Outputs) => {
  const worker = cluster.fork();
  const { process: child } = worker;
  // A process that cannot be started is told below, a message that cannot be sent by its end.
  worker.on("error", () => {});
  endLostConnection(child);
  const { pid } = child;
  // Only a process that could not be started has none of these.
  if (child.stdout === null || child.stderr === null || pid === undefined)
    throw new Error("No further process can be started.");
  relayLines(child.stdout, stdout.write);
  relayLines(child.stderr, stderr.write);
  return {
    pid,
    exited: endOf(child),
    kill: (): void => void child.kill("SIGKILL"),
    /** Does nothing when the process is gone. */
    send: (message: MessageToWorker): void => {
      if (worker.isConnected()) worker.send(message, undefined, () => {});
    },
    onMessage: (listener: (message: MessageFromWorker) => void): void => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker's file sends nothing else
      worker.on("message", (message: unknown) => listener(message as MessageFromWorker));
    },
  };
};

type Start = Omit<StartMessage, "type" | "state" | "slotsTaken">;

interface Shared {
  readonly state: SharedState;
  readonly slots: SharedSlots;
}

/** Tells a process what to do, and answers what it says until it has ended. */
const converse = (
  { exited, send, onMessage }: ReturnType<typeof fork>,
  start: Start,
  shared: Shared,
) => {
  const { promise: listening, resolve, reject } = Promise.withResolvers<ListenAddress>();
  // Whoever started it may have lost interest.
  listening.catch(() => {});
  const heard = { isListening: false, failure: undefined as Failure | undefined, cutOff: 0 };
  let state: ReturnType<SharedState["join"]> | undefined;
  let slots: ReturnType<SharedSlots["join"]> | undefined;

  onMessage((message) => {
    switch (message.type) {
      case "hello":
        state = shared.state.join((update) => send({ type: "state", update }));
        slots = shared.slots.join(start.worker, (news) => send({ type: "slots", news }));
        send({ type: "start", ...start, state: state.known, slotsTaken: slots.taken });
        return;
      case "listening":
        heard.isListening = true;
        resolve(message.address);
        return;
      case "failed":
        heard.failure = message.failure;
        return;
      case "state":
        state?.write(message.operations);
        return;
      case "slots":
        slots?.receive(message.request);
        return;
      case "closed":
        heard.cutOff = message.cutOff;
    }
  });
  const ended = exited.then((end) => {
    state?.leave();
    slots?.leave();
    reject(new WorkerStartError(end, heard.failure));
    return end;
  });
  return { heard, listening, ended };
};

/** Beyond its grace a worker that still runs hangs. */
const OVERTIME_MS = 2000;

const startProcess = (outputs: Outputs, start: Start, shared: Shared): WorkerProcess => {
  const forked = fork(outputs);
  const { pid, kill, send } = forked;
  const { heard, listening, ended } = converse(forked, start, shared);
  const end = async (type: "stop" | "retire", graceMs: number): Promise<number> => {
    if (!heard.isListening) {
      kill();
      await ended;
      return 0;
    }
    send({ type, graceMs });
    const overtime = setTimeout(kill, graceMs + OVERTIME_MS);
    const { signal } = await ended;
    clearTimeout(overtime);
    return signal === null ? heard.cutOff : Math.max(heard.cutOff, 1);
  };
  return {
    pid,
    listening,
    ended,
    stop: (graceMs) => end("stop", graceMs),
    retire: (graceMs) => end("retire", graceMs),
    kill,
  };
};

/** Beside this file in the sources, beside the bundle once built; the build finds it by its name. */
const workerFile = (): string => {
  const inSources = import.meta.url.endsWith(".ts");
  return fileURLToPath(
    new URL(inSources ? "./serve-worker.ts" : "./serve-worker.mjs", import.meta.url),
  );
};

/** Makes this process the primary of workers that all listen on the same ports; the result starts one more. */
export function openCluster(
  state: SharedState,
  outputs: Outputs,
): (start: Start, slots: SharedSlots) => WorkerProcess {
  cluster.setupPrimary({ exec: workerFile(), args: [], silent: true });
  return (start, slots) => startProcess(outputs, start, { state, slots });
}

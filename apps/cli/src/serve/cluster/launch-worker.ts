import type { TextOutput } from "../../command-io.ts";
import type { Address, FailedMessage, MessageFromWorker, StartMessage } from "./messages.ts";
import { relayLines } from "./relay-lines.ts";
import type { HubMember, StateHub } from "./state-hub.ts";
import type { ForkWorker, ProcessEnd } from "./worker-process.ts";

/** A worker that ended before it listened; what it said of the reason, if it could. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
  readonly end: ProcessEnd;
  readonly reason: Omit<FailedMessage, "type"> | undefined;

  constructor(end: ProcessEnd, reason: Omit<FailedMessage, "type"> | undefined) {
    super("A worker ended before it listened.");
    this.end = end;
    this.reason = reason;
  }
}

/** One process from its start to its end. */
export interface Worker {
  readonly pid: number;
  /** Rejects with `WorkerStartError` when it ends before it listens. */
  readonly listening: Promise<Address>;
  readonly ended: Promise<ProcessEnd>;
  /** Lets running requests end within that time; resolves with how many were cut off. */
  readonly stop: (graceMs: number) => Promise<number>;
  /** The same for a worker that was replaced; `stop` may still shorten the time. */
  readonly retire: (graceMs: number) => Promise<number>;
  readonly kill: () => void;
}

export interface LaunchParts {
  readonly fork: ForkWorker;
  readonly hub: StateHub;
  readonly stdout: Pick<TextOutput, "write">;
  readonly stderr: Pick<TextOutput, "write">;
}

/** What a start message needs beside what is known here. */
export type Assignment = Omit<StartMessage, "type" | "known">;

/** Beyond its grace a worker that still runs hangs. */
const OVERTIME_MS = 2000;

/** Starts a process and tells it what to do. */
export function launchWorker(
  { fork, hub, stdout, stderr }: LaunchParts,
  assignment: Assignment,
): Worker {
  const process = fork();
  let member: HubMember | undefined;
  let failure: FailedMessage | undefined;
  let isListening = false;
  let cutOff = 0;
  relayLines(process.stdout, stdout.write);
  relayLines(process.stderr, stderr.write);

  const begin = (): void => {
    const joined = hub.join((update) => process.send({ type: "state", update }));
    ({ member } = joined);
    process.send({ type: "start", ...assignment, known: joined.known });
  };
  const ended = process.ended.finally(() => member?.leave());
  const listening = new Promise<Address>((resolve, reject) => {
    const handle = (message: MessageFromWorker): void => {
      switch (message.type) {
        case "hello":
          begin();
          return;
        case "listening":
          isListening = true;
          resolve(message.address);
          return;
        case "failed":
          failure = message;
          return;
        case "state":
          member?.write(message.operations);
          return;
        case "closed":
          ({ cutOff } = message);
      }
    };
    process.onMessage(handle);
    void ended.then((end) => reject(new WorkerStartError(end, failure)));
  });
  // Whoever launched it may have lost interest.
  listening.catch(() => {});

  const end = async (type: "stop" | "retire", graceMs: number): Promise<number> => {
    if (!isListening) {
      process.kill();
      await ended;
      return 0;
    }
    process.send({ type, graceMs });
    const overtime = setTimeout(process.kill, graceMs + OVERTIME_MS);
    const { signal } = await ended;
    clearTimeout(overtime);
    return signal === null ? cutOff : Math.max(cutOff, 1);
  };
  return {
    pid: process.pid,
    listening,
    ended,
    stop: (graceMs) => end("stop", graceMs),
    retire: (graceMs) => end("retire", graceMs),
    kill: process.kill,
  };
}

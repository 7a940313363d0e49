import type { TextOutput } from "../../command-io.ts";
import type { Address, FailedMessage, StartMessage } from "./messages.ts";
import { relayLines } from "./relay-lines.ts";
import type { BankMember, SlotBank } from "./slot-bank.ts";
import type { HubMember, StateHub } from "./state-hub.ts";
import type { ForkWorker, ProcessEnd, WorkerProcess } from "./worker-process.ts";

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
  /** Of those that serve by the same config. */
  readonly bank: SlotBank;
  readonly stdout: Pick<TextOutput, "write">;
  readonly stderr: Pick<TextOutput, "write">;
}

/** What a start message needs beside what is known here. */
export type Assignment = Omit<StartMessage, "type" | "known" | "moved">;

/** Beyond its grace a worker that still runs hangs. */
const OVERTIME_MS = 2000;

/** What a worker has said so far. */
interface Heard {
  isListening: boolean;
  failure: FailedMessage | undefined;
  cutOff: number;
}

/** Answers what the worker says, until `leave`. */
const converse = (
  process: WorkerProcess,
  { hub, bank }: Pick<LaunchParts, "hub" | "bank">,
  assignment: Assignment,
) => {
  const heard: Heard = { isListening: false, failure: undefined, cutOff: 0 };
  const { promise: listening, resolve, reject } = Promise.withResolvers<Address>();
  let member: HubMember | undefined;
  let customer: BankMember | undefined;
  const begin = (): void => {
    const joined = hub.join((update) => process.send({ type: "state", update }));
    ({ member } = joined);
    const { worker } = assignment;
    const opened = bank.join(worker, (news) => process.send({ type: "slots", news }));
    customer = opened.member;
    const { moved } = opened;
    process.send({ type: "start", ...assignment, known: joined.known, moved });
  };
  process.onMessage((message) => {
    switch (message.type) {
      case "hello":
        begin();
        return;
      case "listening":
        heard.isListening = true;
        resolve(message.address);
        return;
      case "failed":
        heard.failure = message;
        return;
      case "state":
        member?.write(message.operations);
        return;
      case "slots":
        customer?.receive(message.message);
        return;
      case "closed":
        heard.cutOff = message.cutOff;
    }
  });
  const leave = (end: ProcessEnd): void => {
    member?.leave();
    customer?.leave();
    reject(new WorkerStartError(end, heard.failure));
  };
  // Whoever launched it may have lost interest.
  listening.catch(() => {});
  return { heard, listening, leave };
};

/** Starts a process and tells it what to do. */
export function launchProcess(
  { fork, hub, bank, stdout, stderr }: LaunchParts,
  assignment: Assignment,
): Worker {
  const process = fork();
  relayLines(process.stdout, stdout.write);
  relayLines(process.stderr, stderr.write);
  const { heard, listening, leave } = converse(process, { hub, bank }, assignment);
  const ended = process.ended.then((end) => {
    leave(end);
    return end;
  });
  const end = async (type: "stop" | "retire", graceMs: number): Promise<number> => {
    if (!heard.isListening) {
      process.kill();
      await ended;
      return 0;
    }
    process.send({ type, graceMs });
    const overtime = setTimeout(process.kill, graceMs + OVERTIME_MS);
    const { signal } = await ended;
    clearTimeout(overtime);
    return signal === null ? heard.cutOff : Math.max(heard.cutOff, 1);
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

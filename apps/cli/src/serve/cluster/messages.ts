import type { Diagnostic } from "@earshot/config";
import type { RunServeOptions } from "../run-serve.ts";
import type { MovedShares, SlotMessage, SlotNews } from "./slot-messages.ts";
import type { StateOperation, StateUpdate } from "./state-operation.ts";

/** Where all workers listen, as it was asked for: port 0 is the same free port for each. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Why a worker is started. */
export type Occasion = "start" | "crash" | "reload";

/** What a worker needs to begin; the first message that it gets. */
export interface StartMessage {
  readonly type: "start";
  /** 1 for the first; a replacement has the number of the one that it stands in for. */
  readonly worker: number;
  readonly workers: number;
  readonly options: RunServeOptions;
  /** Undefined for the first worker of all, which finds it out. */
  readonly address: Address | undefined;
  /** Which news this worker tells; the others are silent. */
  readonly news: "start" | "reload" | "none";
  /** What the outputs of the whole command are. */
  readonly terminal: {
    readonly stdout: boolean;
    readonly stderr: boolean;
    readonly columns: number;
  };
  /** When the command was started, in milliseconds of the primary's clock. */
  readonly startedAtMs: number;
  /** What the others know already, and what the primary's clock shows now. */
  readonly known: StateUpdate;
  readonly moved: MovedShares;
}

/** A worker that could not begin. */
export interface FailedMessage {
  readonly type: "failed";
  readonly exitCode: number;
  readonly text: string;
  readonly problems: readonly Diagnostic[];
}

export type MessageToWorker =
  | StartMessage
  | { readonly type: "stop"; readonly graceMs: number }
  /** Another worker has taken over: new connections go there. */
  | { readonly type: "retire"; readonly graceMs: number }
  | { readonly type: "state"; readonly update: StateUpdate }
  | { readonly type: "slots"; readonly news: SlotNews };

export type MessageFromWorker =
  /** It can take its start message. */
  | { readonly type: "hello" }
  | { readonly type: "listening"; readonly address: Address }
  | FailedMessage
  | { readonly type: "state"; readonly operations: readonly StateOperation[] }
  | { readonly type: "slots"; readonly message: SlotMessage }
  /** It has stopped, and had to cut off that many requests. */
  | { readonly type: "closed"; readonly cutOff: number };

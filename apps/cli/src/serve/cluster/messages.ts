import type { Failure } from "../../command-failure.ts";
import type { ListenAddress, ServeFlags } from "../serve-flags.ts";

// Everything that the primary and its workers say to each other.

/** Which news a worker tells on behalf of all; the others are silent. */
export type News = "start" | "reload" | "none";

/** What a worker needs to begin; the first message that it gets. */
export interface StartMessage {
  readonly type: "start";
  /** 1 for the first; a replacement has the number of the one that it stands in for. */
  readonly worker: number;
  readonly workers: number;
  readonly flags: ServeFlags;
  /** Where all workers listen; undefined for the first one of all, which finds it out. */
  readonly address: ListenAddress | undefined;
  readonly news: News;
  /** What the outputs of the whole command are. */
  readonly terminal: {
    readonly stdout: boolean;
    readonly stderr: boolean;
    readonly columns: number;
  };
  /** When the command was started, in milliseconds of the primary's clock. */
  readonly startedAtMs: number;
  /** The shared state so far, and what the primary's clock shows now. */
  readonly state: StateUpdate;
  /** Deployments whose slots others have: the worker has none of them before it asks. */
  readonly slotsTaken: readonly string[];
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
  | { readonly type: "listening"; readonly address: ListenAddress }
  /** It could not begin. */
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "state"; readonly operations: readonly StateOperation[] }
  | { readonly type: "slots"; readonly request: SlotRequest }
  /** It has stopped, and had to cut off that many requests. */
  | { readonly type: "closed"; readonly cutOff: number };

/** One write to the shared state. */
export type StateOperation =
  | readonly ["add", key: string, amount: number, expiresInMs: number]
  | readonly ["raise", key: string, value: number, expiresInMs: number]
  | readonly ["remove", key: string];

/** Writes to the shared state in the one order that holds for all. */
export interface StateUpdate {
  /** When they were ordered, in milliseconds of the primary's clock: lives are counted from here. */
  readonly atMs: number;
  /** A number stands for that many of the receiver's own writes, which it has at hand. */
  readonly operations: readonly (StateOperation | number)[];
}

/** What a worker says about the slots that it shares with others. */
export type SlotRequest =
  /** A request waits for one more. */
  | { readonly kind: "want"; readonly deploymentId: string; readonly limit: number }
  /** One is not used here. */
  | { readonly kind: "give"; readonly deploymentId: string };

/** What a worker is told about them. */
export type SlotNews =
  /** One more is its own. */
  | { readonly kind: "grant"; readonly deploymentId: string }
  /** So many are wanted by the others: whatever is not used is to be given. */
  | {
      readonly kind: "wanted";
      readonly deploymentId: string;
      readonly limit: number;
      readonly count: number;
    };

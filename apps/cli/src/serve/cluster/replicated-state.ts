import type { Clock } from "@earshot/core";
import { createMemoryState } from "@earshot/router";
import type { RouterState } from "@earshot/router";
import { after, applyTo } from "./state-operation.ts";
import type { StateOperation, StateUpdate } from "./state-operation.ts";

/** More writes than this without an answer mean that nobody answers any more. */
const MOST_UNCONFIRMED = 10_000;

export interface ReplicaParts {
  readonly clock: Clock;
  /** What was known when this process joined. */
  readonly known: StateUpdate;
  /** Called once for all the writes of one turn of the event loop. */
  readonly send: (operations: readonly StateOperation[]) => void;
}

/** This process's copy of the state that several share. */
export interface ReplicatedState {
  readonly state: RouterState;
  /** Takes in what the others wrote, and in which order all of it counts. */
  readonly receive: (update: StateUpdate) => void;
}

/**
 * The state as a copy in each process, so that reading costs no message. The primary puts all writes
 * into one order and every copy applies them in that order; own writes that are not in it yet are laid
 * over the copy, so that a process always sees what it wrote itself. What others wrote arrives a
 * moment later. Writes reject when the primary has not answered for a long time.
 */
export function createReplicatedState({ clock, known, send }: ReplicaParts): ReplicatedState {
  let orderedAtMs: number | undefined;
  const ordered = createMemoryState({ ...clock, now: () => orderedAtMs ?? clock.now() });
  /** Own writes that have no place in the order yet, the oldest first. */
  const unconfirmed: StateOperation[] = [];
  const unconfirmedOf = new Map<string, StateOperation[]>();
  let unsent: StateOperation[] = [];

  const flush = (): void => {
    const operations = unsent;
    unsent = [];
    send(operations);
  };
  const write = (operation: StateOperation): void => {
    if (unconfirmed.length >= MOST_UNCONFIRMED)
      throw new Error("The process that orders the writes does not answer.");
    unconfirmed.push(operation);
    const [, key] = operation;
    const same = unconfirmedOf.get(key);
    if (same === undefined) unconfirmedOf.set(key, [operation]);
    else same.push(operation);
    if (unsent.push(operation) === 1) setImmediate(flush);
  };
  const confirm = (count: number): void => {
    for (const operation of unconfirmed.splice(0, count)) {
      const [, key] = operation;
      const same = unconfirmedOf.get(key) ?? [];
      same.shift();
      if (same.length === 0) unconfirmedOf.delete(key);
      applyTo(ordered, operation);
    }
  };
  const read: RouterState["read"] = async (keys) => {
    const values = await ordered.read(keys);
    if (unconfirmedOf.size === 0) return values;
    return keys.map((key, index) => (unconfirmedOf.get(key) ?? []).reduce(after, values[index]));
  };

  const state: RouterState = {
    async add(key, amount, expiresInMs) {
      write(["add", key, amount, expiresInMs]);
      const [value = amount] = await read([key]);
      return value;
    },
    async raise(key, value, expiresInMs) {
      write(["raise", key, value, expiresInMs]);
    },
    read,
    async remove(keys) {
      for (const key of keys) write(["remove", key]);
    },
  };
  const receive = ({ atMs, operations }: StateUpdate): void => {
    orderedAtMs = atMs;
    for (const operation of operations) {
      if (typeof operation === "number") confirm(operation);
      else applyTo(ordered, operation);
    }
    orderedAtMs = undefined;
  };
  receive(known);
  return { state, receive };
}

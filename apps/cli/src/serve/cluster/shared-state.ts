import { systemClock } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { createMemoryState } from "@earshot/router";
import type { RouterState } from "@earshot/router";
import type { StateOperation, StateUpdate } from "./messages.ts";

// Cooldowns and counts are kept as a copy in each process, so that reading costs no message. The
// primary puts all writes into one order, and every copy applies them in that order.

const applyTo = (state: RouterState, operation: StateOperation): void => {
  switch (operation[0]) {
    case "add":
      void state.add(operation[1], operation[2], operation[3]);
      return;
    case "raise":
      void state.raise(operation[1], operation[2], operation[3]);
      return;
    case "remove":
      void state.remove([operation[1]]);
  }
};

const createOrderedState = (clock: Clock) => {
  let orderedAtMs: number | undefined;
  const state = createMemoryState({ ...clock, now: () => orderedAtMs ?? clock.now() });
  return {
    state,
    /** Applies writes as of that moment, at once. */
    apply: (atMs: number, operations: readonly StateOperation[]): void => {
      orderedAtMs = atMs;
      for (const operation of operations) applyTo(state, operation);
      orderedAtMs = undefined;
    },
  };
};

/** The state in the primary. */
export interface SharedState {
  /** Calls back with every update from now on; `known` is what was there before. */
  readonly join: (send: (update: StateUpdate) => void) => {
    readonly known: StateUpdate;
    /** Puts this worker's writes into the order. */
    readonly write: (operations: readonly StateOperation[]) => void;
    readonly leave: () => void;
  };
}

/** Creates the empty state. Writes that arrive in one turn of the event loop travel on together. */
export function createSharedState(clock: Clock): SharedState {
  const { state, apply } = createOrderedState(clock);
  type Send = (update: StateUpdate) => void;
  const members = new Set<Send>();
  let waiting: { readonly writer: Send; readonly operations: readonly StateOperation[] }[] = [];

  /** Only here writes become part of the state, at the moment that everybody is told. */
  const flush = (): void => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const atMs = clock.now();
    for (const { operations } of batch) apply(atMs, operations);
    for (const send of members) {
      const seen = batch.flatMap<StateOperation | number>(({ writer, operations }) =>
        writer === send ? [operations.length] : operations,
      );
      send({ atMs, operations: seen });
    }
  };

  return {
    join: (send) => {
      // What is on its way must not be both in `known` and in the first update.
      flush();
      members.add(send);
      const operations = state
        .snapshot()
        .map(({ key, value, expiresInMs }) => ["raise", key, value, expiresInMs] as const);
      return {
        known: { atMs: clock.now(), operations },
        write: (written) => {
          if (waiting.push({ writer: send, operations: written }) === 1) setImmediate(flush);
        },
        leave: () => members.delete(send),
      };
    },
  };
}

/** The copy of the state in a worker. */
export interface StateReplica {
  readonly state: RouterState;
  /** Takes in what the others wrote, and in which order all of it counts. */
  readonly receive: (update: StateUpdate) => void;
}

/** More writes than this without an answer mean that nobody answers any more. */
const MOST_UNCONFIRMED = 10_000;

/** What a value becomes by a write, while its life does not matter. */
const after = (value: number | undefined, operation: StateOperation): number | undefined => {
  switch (operation[0]) {
    case "add":
      return (value ?? 0) + operation[2];
    case "raise":
      return Math.max(value ?? operation[2], operation[2]);
    case "remove":
      return undefined;
  }
};

/** Own writes that have no place in the order yet, the oldest first. */
const createUnconfirmed = () => {
  const all: StateOperation[] = [];
  const byKey = new Map<string, StateOperation[]>();
  return {
    add: (operation: StateOperation): void => {
      if (all.length >= MOST_UNCONFIRMED)
        throw new Error("The process that orders the writes does not answer.");
      all.push(operation);
      const [, key] = operation;
      const same = byKey.get(key);
      if (same === undefined) byKey.set(key, [operation]);
      else same.push(operation);
    },
    /** Takes out the oldest. */
    take: (count: number): readonly StateOperation[] => {
      const taken = all.splice(0, count);
      for (const [, key] of taken) {
        const same = byKey.get(key) ?? [];
        same.shift();
        if (same.length === 0) byKey.delete(key);
      }
      return taken;
    },
    /** The value with own writes laid over it. */
    over: (key: string, value: number | undefined): number | undefined => {
      const same = byKey.get(key);
      return same === undefined ? value : same.reduce(after, value);
    },
  };
};

/**
 * Creates a worker's copy; `known` is what `join` gave. Own writes are laid over the copy until their
 * place in the order is known, so that a process always sees what it wrote itself; what others wrote
 * arrives a moment later. Calls `send` once for all the writes of one turn of the event loop. Writes
 * reject when the primary has not answered for a long time.
 */
export function createStateReplica(
  clock: Clock,
  known: StateUpdate,
  send: (operations: readonly StateOperation[]) => void,
): StateReplica {
  const { state: ordered, apply } = createOrderedState(clock);
  const unconfirmed = createUnconfirmed();
  let unsent: StateOperation[] = [];

  const flush = (): void => {
    const operations = unsent;
    unsent = [];
    send(operations);
  };
  const write = (operation: StateOperation): void => {
    unconfirmed.add(operation);
    if (unsent.push(operation) === 1) setImmediate(flush);
  };
  const read: RouterState["read"] = async (keys) => {
    const values = await ordered.read(keys);
    return keys.map((key, index) => unconfirmed.over(key, values[index]));
  };
  const receive = ({ atMs, operations }: StateUpdate): void =>
    apply(
      atMs,
      operations.flatMap<StateOperation>((operation) =>
        typeof operation === "number" ? unconfirmed.take(operation) : [operation],
      ),
    );
  receive(known);
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
  return { state, receive };
}

/**
 * The system's clock, set to what the primary's showed just now. Each process counts from the date at
 * which it began, so that two of them differ by as much as the wall clock was set in between; in step,
 * they differ only by the time that the message took.
 */
export function clockInStep(primaryNowMs: number, own: Clock = systemClock): Clock {
  const aheadMs = primaryNowMs - own.now();
  return { ...own, now: () => own.now() + aheadMs };
}

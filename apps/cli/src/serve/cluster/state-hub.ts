import type { Clock } from "@earshot/core";
import { createMemoryState } from "@earshot/router";
import { applyTo } from "./state-operation.ts";
import type { StateOperation, StateUpdate } from "./state-operation.ts";

/** One process at the hub. */
export interface HubMember {
  /** Puts its writes into the order. */
  readonly write: (operations: readonly StateOperation[]) => void;
  readonly leave: () => void;
}

/** Puts the writes of all processes into one order and tells it to each of them. */
export interface StateHub {
  /** Calls back with every update from now on; `known` is what was there before. */
  readonly join: (send: (update: StateUpdate) => void) => {
    readonly member: HubMember;
    readonly known: StateUpdate;
  };
}

interface Written {
  readonly writer: HubMember;
  readonly operations: readonly StateOperation[];
}

const seenBy = (member: HubMember, written: readonly Written[]): StateUpdate["operations"] =>
  written.flatMap<StateOperation | number>(({ writer, operations }) =>
    writer === member ? [operations.length] : operations,
  );

/** Creates the hub. Writes that arrive in one turn of the event loop travel on together. */
export function createStateHub(clock: Clock): StateHub {
  let orderedAtMs: number | undefined;
  const state = createMemoryState({ ...clock, now: () => orderedAtMs ?? clock.now() });
  const members = new Map<HubMember, (update: StateUpdate) => void>();
  let written: Written[] = [];

  /** Only here writes become part of the state, at the moment that everybody is told. */
  const flush = (): void => {
    if (written.length === 0) return;
    const batch = written;
    written = [];
    const atMs = clock.now();
    orderedAtMs = atMs;
    for (const { operations } of batch)
      for (const operation of operations) applyTo(state, operation);
    orderedAtMs = undefined;
    for (const [member, send] of members) send({ atMs, operations: seenBy(member, batch) });
  };

  return {
    join: (send) => {
      // What is on its way must not be both in `known` and in the first update.
      flush();
      const member: HubMember = {
        write: (operations) => {
          if (written.push({ writer: member, operations }) === 1) setImmediate(flush);
        },
        leave: () => members.delete(member),
      };
      members.set(member, send);
      const atMs = clock.now();
      const operations = state
        .snapshot()
        .map(({ key, value, expiresInMs }) => ["raise", key, value, expiresInMs] as const);
      return { member, known: { atMs, operations } };
    },
  };
}

import type { RouterState } from "@earshot/router";

/** One write to the state that all processes share, as it travels between them. */
export type StateOperation =
  | readonly ["add", key: string, amount: number, expiresInMs: number]
  | readonly ["raise", key: string, value: number, expiresInMs: number]
  | readonly ["remove", key: string];

/** Writes in the one order that holds for all. */
export interface StateUpdate {
  /** When they were ordered, in milliseconds of the primary's clock: lives are counted from here. */
  readonly atMs: number;
  /** A number stands for that many of the receiver's own writes, which it has at hand. */
  readonly operations: readonly (StateOperation | number)[];
}

/** Applies a write to a state in memory, which does it at once. */
export function applyTo(state: RouterState, operation: StateOperation): void {
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
}

/** What a value becomes by a write, while its life does not matter. */
export function after(value: number | undefined, operation: StateOperation): number | undefined {
  switch (operation[0]) {
    case "add":
      return (value ?? 0) + operation[2];
    case "raise":
      return Math.max(value ?? operation[2], operation[2]);
    case "remove":
      return undefined;
  }
}

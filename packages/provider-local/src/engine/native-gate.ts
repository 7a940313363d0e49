import { closedError } from "./speech-engine.ts";

// Ending a thread while the native addon is about to hand a value back ends the whole process. So
// the thread passes a gate on its way in and out, and is only ended once the gate is shut.

const OUTSIDE = 0;
const INSIDE = 1;
/** Inside, and asked to shut the gate on the way out. */
const LEAVING = 2;
const SHUT = 3;

/** Memory that both threads see. */
export type NativeGate = Int32Array<SharedArrayBuffer>;

export function createNativeGate(): NativeGate {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Tells a gate that was handed over from anything else. */
export function isNativeGate(value: unknown): value is NativeGate {
  return value instanceof Int32Array && value.buffer instanceof SharedArrayBuffer;
}

/** Lets nobody in any more. False when the thread is still inside and will shut the gate itself. */
export function shutGate(gate: NativeGate): boolean {
  for (;;) {
    const state = Atomics.load(gate, 0);
    if (state === SHUT) return true;
    if (state === LEAVING) return false;
    const next = state === OUTSIDE ? SHUT : LEAVING;
    if (Atomics.compareExchange(gate, 0, state, next) === state) return next === SHUT;
  }
}

/** Holds this thread until the other one has shut the gate, or for so many milliseconds. */
export function awaitShutGate(gate: NativeGate, mostMs: number): void {
  if (!shutGate(gate)) Atomics.wait(gate, 0, LEAVING, mostMs);
}

/** Whether the thread inside was asked to come out. */
export function isAskedOut(gate: NativeGate): boolean {
  return Atomics.load(gate, 0) === LEAVING;
}

/**
 * Enters, before calls into the addon; call what it returns after them. `onShut` is called when the
 * gate was shut on the way out. Throws `aborted` when it is shut already.
 */
export function enterGate(gate: NativeGate, onShut: () => void): () => void {
  if (Atomics.compareExchange(gate, 0, OUTSIDE, INSIDE) !== OUTSIDE) throw closedError();
  return () => {
    if (Atomics.compareExchange(gate, 0, INSIDE, OUTSIDE) === INSIDE) return;
    Atomics.store(gate, 0, SHUT);
    Atomics.notify(gate, 0);
    onShut();
  };
}

/** The gates of all threads, for the end of the process. */
const gates = new Set<NativeGate>();

const LONGEST_WAIT_MS = 5000;

/** At its end a process ends its threads, wherever they are; this waits until none is inside. */
const shutAllGates = (): void => {
  for (const gate of gates) shutGate(gate);
  for (const gate of gates) awaitShutGate(gate, LONGEST_WAIT_MS);
};

/** Shuts the gate at the end of the process, unless its thread is gone by then. */
export function keepGate(gate: NativeGate, gone: Promise<void>): void {
  if (gates.size === 0) process.once("exit", shutAllGates);
  gates.add(gate);
  void gone.then(() => {
    gates.delete(gate);
    if (gates.size === 0) process.off("exit", shutAllGates);
  });
}

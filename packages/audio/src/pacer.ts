import { setImmediate } from "node:timers/promises";

/** Resolves at once while the current slice of work is short, otherwise after other work had a turn. */
export type Pacer = () => Promise<void>;

/** How long work may go on before other work gets a turn. */
const SLICE_MS = 5;

/** Makes a pacer; it is called between pieces of work of about a millisecond. */
export function createPacer(): Pacer {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart < SLICE_MS) return;
    await setImmediate();
    sliceStart = performance.now();
  };
}

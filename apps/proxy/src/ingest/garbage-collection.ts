import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "minor" }) => void;

const isCollect = (value: unknown): value is Collect => typeof value === "function";

/** V8's own function, which only a flag brings out; undefined where there is none. */
const findCollect = (): Collect | undefined => {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("typeof gc === 'function' ? gc : undefined");
  setFlagsFromString("--no-expose-gc");
  return isCollect(found) ? found : undefined;
};

const MIB = 1024 * 1024;
const EVERY_BYTES = 8 * MIB;
/** Both halves; enough for the garbage of some hundred small requests. V8 would take twice as much. */
const YOUNG_BYTES = 16 * MIB;

const youngBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;

/** Undefined until the program asks for it: the flags are those of the whole process. */
let collectYoung: (() => void) | undefined;
let arrivedBytes = 0;

/**
 * Lets V8 look for dead buffers as uploads need it, in this process, from now on; a second call does
 * nothing. Node makes a buffer outside of V8's heap for each piece of an upload, and V8 looks for dead
 * ones only when its own young generation is full, which such large pieces hardly fill: so they would
 * pile up until the whole heap is searched for them, several times a second. Looking through the young
 * generation now and then costs half a millisecond and finds them all. `startProxy` calls it.
 */
export function planGarbageCollection(): void {
  if (collectYoung !== undefined) return;
  const collect = findCollect();
  collectYoung = () => {
    setFlagsFromString(`--semi-space-growth-factor=${youngBytes() < YOUNG_BYTES ? 8 : 1}`);
    collect?.({ type: "minor" });
  };
  // After a search V8 plans the next one for when the heap has grown by some 70 %, buffers included that
  // lie outside of it: with a small heap and large buffers that is at once. It may grow to three times.
  setFlagsFromString("--heap-growing-percent=200");
}

/** To be told of every piece of an upload. */
export function noteArrival(bytes: number): void {
  arrivedBytes += bytes;
  if (arrivedBytes < EVERY_BYTES) return;
  arrivedBytes = 0;
  collectYoung?.();
}

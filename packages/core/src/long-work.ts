import { TranscriptionError } from "./errors.ts";

/**
 * Work that can be done piece by piece: at each `yield`, others may have their turn, or all of it may
 * be given up. Between two of them lie a few hundred small steps, such as a look at a word.
 */
export type LongWork<Result> = Generator<undefined, Result, undefined>;

const STEPS_BETWEEN_PAUSES = 256;
/** Others get their turn after so many pauses, or as soon as the time is up at one. */
const SLICE_PAUSES = 16;
const SLICE_MS = 5;

/** True at each 256th index, or at each of `every`, where a loop of long work pauses. */
export const isPause = (index: number, every: number = STEPS_BETWEEN_PAUSES): boolean =>
  index % every === every - 1;

/** The result of the work, all of it done at once. */
export function doAtOnce<Result>(work: LongWork<Result>): Result {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** Calls back once what has arrived meanwhile was dealt with. */
const soon = (callback: () => void): void => {
  // Browsers have none, and their timers wait for longer than others need.
  const own: unknown = Reflect.get(globalThis, "setImmediate");
  if (typeof own === "function") {
    Reflect.apply(own, undefined, [callback]);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", () => {
    port1.close();
    callback();
  });
  port1.start();
  port2.postMessage(undefined);
};

/** All long work of the process stands in one line: thirty slices in a row would be a hold again. */
const line = new Set<() => void>();

const serveLine = (): void => {
  const [next] = line;
  if (next === undefined) return;
  line.delete(next);
  if (line.size > 0) soon(serveLine);
  next();
};

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    line.add(resolve);
    if (line.size === 1) soon(serveLine);
  });

const abortError = ({ reason }: AbortSignal): TranscriptionError =>
  TranscriptionError.is(reason)
    ? reason
    : new TranscriptionError("aborted", "The request was cancelled.", { cause: reason });

/**
 * Resolves once everything that waited before has had its turn: sockets, timers, and other long work,
 * of which only one slice is done between two looks at them. Rejects with what the signal carries,
 * by default `aborted`, when it has fired by then.
 */
export async function giveWay(signal?: AbortSignal): Promise<void> {
  await nextTurn();
  if (signal?.aborted === true) throw abortError(signal);
}

/**
 * The result of the work, done in slices of a few milliseconds between which others have their turn.
 * Rejects as `giveWay` does.
 */
export async function doInTurns<Result>(
  work: LongWork<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  // What made the work, such as an answer of many megabytes, has taken its time already.
  await giveWay(signal);
  let pauses = 0;
  let sliceStartMs = performance.now();
  let step = work.next();
  while (step.done !== true) {
    pauses += 1;
    if (pauses >= SLICE_PAUSES || performance.now() - sliceStartMs >= SLICE_MS) {
      await giveWay(signal);
      pauses = 0;
      sliceStartMs = performance.now();
    }
    step = work.next();
  }
  return step.value;
}

/** As `map`. */
export function* mapWork<Item, Result>(
  items: readonly Item[],
  toResult: (item: Item, index: number) => Result,
): LongWork<Result[]> {
  const results: Result[] = [];
  let index = 0;
  for (const item of items) {
    if (isPause(index)) yield;
    results.push(toResult(item, index));
    index += 1;
  }
  return results;
}

/** What is made of each item, where that is not undefined. */
export function* collectWork<Item, Result>(
  items: readonly Item[],
  toResult: (item: Item, index: number) => Result | undefined,
): LongWork<Result[]> {
  const results: Result[] = [];
  let index = 0;
  for (const item of items) {
    if (isPause(index)) yield;
    const result = toResult(item, index);
    if (result !== undefined) results.push(result);
    index += 1;
  }
  return results;
}

const RUN_LENGTH = 2048;

type Compare<Item> = (one: Item, other: Item) => number;

function* merge<Item extends object>(
  left: readonly Item[],
  right: readonly Item[],
  compare: Compare<Item>,
): LongWork<readonly Item[]> {
  const merged: Item[] = [];
  let fromLeft = left[0];
  let fromRight = right[0];
  let taken = 0;
  while (fromLeft !== undefined || fromRight !== undefined) {
    if (isPause(merged.length)) yield;
    if (fromLeft !== undefined && (fromRight === undefined || compare(fromLeft, fromRight) <= 0)) {
      merged.push(fromLeft);
      taken += 1;
      fromLeft = left[taken];
    } else if (fromRight !== undefined) {
      merged.push(fromRight);
      fromRight = right[merged.length - taken];
    }
  }
  return merged;
}

const isSorted = <Item>(items: readonly Item[], compare: Compare<Item>): boolean =>
  items.every((item, index) => {
    const previous = items[index - 1];
    return previous === undefined || compare(previous, item) <= 0;
  });

/** As `toSorted` of a list without holes; one that is in order already is answered itself. */
export function* sortWork<Item extends object>(
  items: readonly Item[],
  compare: Compare<Item>,
): LongWork<readonly Item[]> {
  if (isSorted(items, compare)) return items;
  let runs: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += RUN_LENGTH) {
    runs.push(items.slice(from, from + RUN_LENGTH).toSorted(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly Item[])[] = [];
    for (let index = 0; index < runs.length; index += 2)
      merged.push(yield* merge(runs[index] ?? [], runs[index + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

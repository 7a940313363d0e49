import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TranscriptionError } from "./errors.ts";
import {
  collectWork,
  doAtOnce,
  doInTurns,
  giveWay,
  isPause,
  mapWork,
  sortWork,
} from "./long-work.ts";
import type { LongWork } from "./long-work.ts";

let turns = 0;

beforeEach(() => {
  turns = 0;
  vi.stubGlobal("setImmediate", (resolve: () => void) => {
    turns += 1;
    queueMicrotask(resolve);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Notes each of its steps and pauses after it. */
function* noting(name: string, steps: number, notes: string[]): LongWork<string> {
  for (let step = 1; step <= steps; step += 1) {
    notes.push(`${name}${step}`);
    yield;
  }
  return name;
}

test("loops pause at each 256th step", () => {
  expect([254, 255, 256, 511, 512].map((index) => isPause(index))).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
});

test("work that is done at once gives nobody a turn", () => {
  expect(doAtOnce(noting("a", 1000, []))).toBe("a");
  expect(turns).toBe(0);
});

test("work that is done in turns gives others theirs, however quick it is", async () => {
  await expect(doInTurns(noting("a", 1000, []))).resolves.toBe("a");
  expect(turns).toBeGreaterThanOrEqual(1000 / 16);
});

test("of many works only one has a slice between two looks at what else there is", async () => {
  vi.unstubAllGlobals();
  const next = (callback: () => void): unknown =>
    Reflect.apply(Reflect.get(globalThis, "setImmediate"), undefined, [callback]);
  let isOver = false;
  const workers: Set<number>[] = [new Set()];
  const look = (): void => {
    workers.push(new Set());
    if (!isOver) next(look);
  };
  next(look);
  function* worker(name: number): LongWork<undefined> {
    for (let step = 0; step < 200; step += 1) {
      workers.at(-1)?.add(name);
      yield;
    }
    return undefined;
  }
  await Promise.all(Array.from({ length: 30 }, (_, name) => doInTurns(worker(name))));
  isOver = true;
  expect(Math.max(...workers.map(({ size }) => size))).toBe(1);
  expect(new Set(workers.flatMap((each) => [...each])).size).toBe(30);
});

test("two works that are done in turns go on side by side", async () => {
  const notes: string[] = [];
  await Promise.all([doInTurns(noting("a", 100, notes)), doInTurns(noting("b", 100, notes))]);
  expect(notes.indexOf("b1")).toBeLessThan(notes.indexOf("a100"));
  expect(notes.indexOf("a100")).toBeLessThan(notes.indexOf("b100"));
});

describe("a signal that fires", () => {
  test("ends the work before its next slice, with what it carries", async () => {
    const notes: string[] = [];
    const leaving = new AbortController();
    const gone = new TranscriptionError("aborted", "The client went away.");
    const done = doInTurns(noting("a", 10_000, notes), leaving.signal);
    leaving.abort(gone);
    await expect(done).rejects.toBe(gone);
    expect(notes).toEqual([]);
  });

  test("ends it as aborted where it carries nothing of ours", async () => {
    await expect(giveWay(AbortSignal.abort("why not"))).rejects.toMatchObject({ code: "aborted" });
  });
});

test("others get their turn in browsers, which have no setImmediate", async () => {
  vi.stubGlobal("setImmediate", undefined);
  let hadTurn = false;
  setTimeout(() => {
    hadTurn = true;
  }, 0);
  while (!hadTurn) await giveWay();
  expect(turns).toBe(0);
});

test("lists are mapped and collected as arrays do it", () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  expect(doAtOnce(mapWork(numbers, (number, index) => number + index))).toEqual(
    numbers.map((number) => number * 2),
  );
  expect(
    doAtOnce(collectWork(numbers, (number) => (number % 3 === 0 ? number : undefined))),
  ).toEqual(numbers.filter((number) => number % 3 === 0));
});

test.each([0, 1, 2047, 2048, 2049, 10_000])("%i items are sorted as arrays sort them", (count) => {
  const items = Array.from({ length: count }, (_, index) => ({
    key: (index * 7919) % 997,
    place: index,
  }));
  const byKey = (one: { key: number }, other: { key: number }): number => one.key - other.key;
  expect(doAtOnce(sortWork(items, byKey))).toEqual(items.toSorted(byKey));
});

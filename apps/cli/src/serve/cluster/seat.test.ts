import { silentLogger } from "@earshot/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WorkerStartError } from "./launch-process.ts";
import type { Worker } from "./launch-process.ts";
import type { Address } from "./messages.ts";
import { createSeat } from "./seat.ts";
import type { ProcessEnd } from "./worker-process.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const KILLED: ProcessEnd = { exitCode: null, signal: "SIGKILL" };

/** Processes that do what the test tells them. */
const createProcesses = () => {
  const launched: {
    readonly listen: () => void;
    readonly end: () => void;
    readonly done: string[];
  }[] = [];
  const launch = (): Worker => {
    const listening = Promise.withResolvers<Address>();
    const ended = Promise.withResolvers<ProcessEnd>();
    listening.promise.catch(() => {});
    const done: string[] = [];
    const end = (): void => {
      ended.resolve(KILLED);
      listening.reject(new WorkerStartError(KILLED, undefined));
    };
    launched.push({
      listen: () => listening.resolve({ host: "127.0.0.1", port: 0 }),
      end,
      done,
    });
    const note = (what: string) => async (): Promise<number> => {
      done.push(what);
      end();
      return 0;
    };
    return {
      pid: launched.length,
      listening: listening.promise,
      ended: ended.promise,
      stop: note("stop"),
      retire: note("retire"),
      kill: () => void note("kill")(),
    };
  };
  const seat = createSeat({ number: 1, launch, logger: silentLogger });
  return { launched, seat };
};

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test("a worker that crashes is replaced at once, then after longer and longer pauses", async () => {
  const { launched, seat } = createProcesses();
  const started = seat.start();
  launched[0]?.listen();
  await started;
  launched[0]?.end();
  await settle();
  expect(launched).toHaveLength(2);
  for (const pauseMs of [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]) {
    const count = launched.length;
    launched.at(-1)?.listen();
    await settle();
    launched.at(-1)?.end();
    await vi.advanceTimersByTimeAsync(pauseMs - 1);
    expect(launched).toHaveLength(count);
    await vi.advanceTimersByTimeAsync(1);
    expect(launched).toHaveLength(count + 1);
  }
  launched.at(-1)?.listen();
  await vi.advanceTimersByTimeAsync(10_000);
  launched.at(-1)?.end();
  await settle();
  expect(launched).toHaveLength(12);
});

test("a worker that never listens fails the start and is not tried again", async () => {
  const { launched, seat } = createProcesses();
  const started = seat.start();
  launched[0]?.end();
  await expect(started).rejects.toThrow(WorkerStartError);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launched).toHaveLength(1);
});

test("the former worker retires only after its replacement listens", async () => {
  const { launched, seat } = createProcesses();
  void seat.start();
  launched[0]?.listen();
  await settle();
  const replaced = seat.replace(1000);
  await settle();
  expect(launched[0]?.done).toEqual([]);
  launched[1]?.listen();
  await replaced;
  expect(launched[0]?.done).toEqual(["retire"]);
  expect(seat.pid()).toBe(2);
});

test("the former worker stays when its replacement cannot start", async () => {
  const { launched, seat } = createProcesses();
  void seat.start();
  launched[0]?.listen();
  await settle();
  const replaced = seat.replace(1000);
  launched[1]?.end();
  await expect(replaced).rejects.toThrow(WorkerStartError);
  expect(seat.pid()).toBe(1);
  expect(launched[0]?.done).toEqual([]);
});

test("a worker that crashes while it is being replaced leaves the seat to its replacement", async () => {
  const { launched, seat } = createProcesses();
  void seat.start();
  launched[0]?.listen();
  await settle();
  const replaced = seat.replace(1000);
  launched[0]?.end();
  await settle();
  launched[1]?.listen();
  await replaced;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launched).toHaveLength(2);
  expect(seat.pid()).toBe(2);
});

test("nobody is replaced once the seat is given up", async () => {
  const { launched, seat } = createProcesses();
  void seat.start();
  launched[0]?.listen();
  await settle();
  expect(await seat.stop(1000)).toBe(0);
  await seat.replace(1000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launched).toHaveLength(1);
});

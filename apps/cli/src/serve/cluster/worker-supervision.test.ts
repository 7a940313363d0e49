import { silentLogger } from "@earshot/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ListenAddress } from "../serve-flags.ts";
import { WorkerStartError } from "./worker-process.ts";
import type { ProcessEnd, WorkerProcess } from "./worker-process.ts";
import { createSupervisedWorker } from "./worker-supervision.ts";

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
  const startProcess = (): WorkerProcess => {
    const listening = Promise.withResolvers<ListenAddress>();
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
  const worker = createSupervisedWorker(1, silentLogger, startProcess);
  return { launched, worker };
};

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test("a worker that crashes is replaced at once, then after longer and longer pauses", async () => {
  const { launched, worker } = createProcesses();
  const started = worker.start();
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
  const { launched, worker } = createProcesses();
  const started = worker.start();
  launched[0]?.end();
  await expect(started).rejects.toThrow(WorkerStartError);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launched).toHaveLength(1);
});

test("the former worker retires only after its replacement listens", async () => {
  const { launched, worker } = createProcesses();
  void worker.start();
  launched[0]?.listen();
  await settle();
  const replaced = worker.replace(1000);
  await settle();
  expect(launched[0]?.done).toEqual([]);
  launched[1]?.listen();
  await replaced;
  expect(launched[0]?.done).toEqual(["retire"]);
  expect(worker.pid()).toBe(2);
});

test("the former worker stays when its replacement cannot start", async () => {
  const { launched, worker } = createProcesses();
  void worker.start();
  launched[0]?.listen();
  await settle();
  const replaced = worker.replace(1000);
  launched[1]?.end();
  await expect(replaced).rejects.toThrow(WorkerStartError);
  expect(worker.pid()).toBe(1);
  expect(launched[0]?.done).toEqual([]);
});

test("a worker that crashes while it is being replaced leaves its place to its replacement", async () => {
  const { launched, worker } = createProcesses();
  void worker.start();
  launched[0]?.listen();
  await settle();
  const replaced = worker.replace(1000);
  launched[0]?.end();
  await settle();
  launched[1]?.listen();
  await replaced;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launched).toHaveLength(2);
  expect(worker.pid()).toBe(2);
});

test("nobody is replaced once the worker is stopped", async () => {
  const { launched, worker } = createProcesses();
  void worker.start();
  launched[0]?.listen();
  await settle();
  expect(await worker.stop(1000)).toBe(0);
  await worker.replace(1000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launched).toHaveLength(1);
});

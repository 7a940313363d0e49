import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandIo, StopSignal } from "../command-io.ts";
import { coalesced, waitForStop } from "./wait-for-stop.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const setUp = () => {
  const listeners = new Set<(signal: StopSignal) => void>();
  const onSignal: CommandIo["onSignal"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const onStopping = vi.fn<() => void>();
  const stopped = waitForStop({
    io: { onSignal },
    close: () => new Promise(() => {}),
    reload: async () => {},
    onStopping,
  });
  const signal = (name: StopSignal): void => {
    for (const listener of listeners) listener(name);
  };
  return { stopped, signal, onStopping, listeners };
};

test("ends at once at a second Ctrl-C, with 130", async () => {
  const { stopped, signal, listeners } = setUp();
  signal("SIGINT");
  vi.advanceTimersByTime(1001);
  signal("SIGINT");
  expect(await stopped).toEqual({ exitCode: 130, graceful: false });
  expect(listeners.size).toBe(0);
});

test("takes what comes within a second for an echo of the first signal", () => {
  const { signal, onStopping, listeners } = setUp();
  signal("SIGTERM");
  vi.advanceTimersByTime(900);
  signal("SIGTERM");
  expect(onStopping).toHaveBeenCalledTimes(1);
  expect(listeners.size).toBe(1);
});

test("a coalesced task runs once more for all that was asked for meanwhile, never twice at once", async () => {
  const runs: (() => void)[] = [];
  const ask = coalesced(
    () =>
      new Promise((resolve) => {
        runs.push(resolve);
      }),
  );
  const done = ask();
  void ask();
  void ask();
  expect(runs).toHaveLength(1);
  runs[0]?.();
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.();
  await done;
  void ask();
  expect(runs).toHaveLength(3);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandIo, StopSignal } from "../command-io.ts";
import type { Serving } from "./serve.ts";
import { waitForStop } from "./wait-for-stop.ts";

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
  const neverClosed: Serving["close"] = () => new Promise(() => {});
  const onStopping = vi.fn<() => void>();
  // Only what a stop needs of the server and of the process.
  const serving = { close: neverClosed } as unknown as Serving;
  const io = { onSignal } as unknown as CommandIo;
  const stopped = waitForStop({ serving, io, onStopping });
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

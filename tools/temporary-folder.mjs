import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs `task` with an abort signal that fires when this process is told to stop. The process ends
 * by that signal only after the task has cleaned up.
 *
 * @template Result
 * @param {(signal: AbortSignal) => Promise<Result>} task
 * @returns {Promise<Result>}
 */
const stoppable = async (task) => {
  const controller = new AbortController();
  /** @type {NodeJS.Signals | undefined} */
  let received;
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    received = signal;
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await task(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    if (received !== undefined) process.kill(process.pid, received);
  }
};

/**
 * Runs `task` with an empty folder that is gone in every ending: success, error, or a signal, which
 * the task learns about through its abort signal.
 *
 * @template Result
 * @param {string} prefix
 * @param {(context: { folder: string, signal: AbortSignal }) => Promise<Result>} task
 * @returns {Promise<Result>}
 */
export const withTemporaryFolder = (prefix, task) =>
  stoppable(async (signal) => {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), prefix));
    try {
      return await task({ folder, signal });
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  });

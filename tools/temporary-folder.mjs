import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stoppable } from "./stoppable.mjs";

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

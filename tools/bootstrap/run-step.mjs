import { runQuietly } from "./run-process.mjs";

/** Progress goes to stderr: stdout belongs to the command that runs in the end. @param {string} line */
export const say = (line) => {
  console.error(line);
};

/** How npm and pnpm put it when they reach no registry. */
const OFFLINE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|error sending request/u;

/**
 * One line about a step that takes its time.
 *
 * @param {string} output of the step so far
 */
export const describeProgress = (output) => {
  const lines = output.trim().split("\n").slice(-4);
  if (lines.some((line) => OFFLINE.test(line)))
    return "the package registry does not answer; trying again";
  return lines.findLast((line) => line.startsWith("Progress: "))?.toLowerCase() ?? "still working";
};

const LINES_SHOWN = 40;

/**
 * @param {string} what
 * @param {string} output
 */
const failure = (what, output) =>
  new Error(
    [
      // Hundreds of retries come before the reason.
      ...output.trim().split("\n").slice(-LINES_SHOWN),
      "",
      OFFLINE.test(output)
        ? `Could not ${what}: the package registry does not answer. Check the network (and the ` +
          "proxy and registry settings of npm), then run the same command again."
        : `Could not ${what}; the output is above. Mend that, then run the same command again.`,
    ].join("\n"),
  );

/**
 * Runs a step of the set-up; when it fails, throws an error that holds the end of its output and
 * says what to do next.
 *
 * @param {string} what such as "get Node 24", for the messages
 * @param {readonly string[]} commandLine
 * @param {import("./run-process.mjs").ProcessOptions} options
 */
export const runStep = async (what, [command = "", ...args], options) => {
  const startedAt = Date.now();
  const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1);
  say(`Earshot: ${what} …`);
  const onHeartbeat = (/** @type {string} */ output) => {
    say(`  ${describeProgress(output)} (${seconds()} s)`);
  };
  const { code, output } = await runQuietly(command, args, { ...options, onHeartbeat }).catch(
    (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === "ENOENT") throw new Error(`Could not ${what}: there is no ${command}.`);
      throw error;
    },
  );
  if (code !== 0) throw failure(what, output);
  say(`  done in ${seconds()} s`);
};

import { runQuietly } from "./run-process.mjs";

/** Progress goes to stderr: stdout belongs to the command that runs in the end. @param {string} line */
export const say = (line) => {
  console.error(line);
};

const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/u;

/**
 * @param {string} what
 * @param {string} output
 */
const failure = (what, output) =>
  new Error(
    [
      output.trim(),
      "",
      OFFLINE.test(output)
        ? `Could not ${what}: the package registry does not answer. Check the network (and the ` +
          "proxy and registry settings of npm), then run the same command again."
        : `Could not ${what}; the output is above. Mend that, then run the same command again.`,
    ].join("\n"),
  );

/**
 * Runs a step of the set-up; when it fails, throws an error that holds the step's whole output and
 * says what to do next.
 *
 * @param {string} what such as "get Node 24", for the messages
 * @param {readonly string[]} commandLine
 * @param {import("./run-process.mjs").ProcessOptions} options
 */
export const runStep = async (what, [command = "", ...args], options) => {
  const startedAt = Date.now();
  say(`Earshot: ${what} …`);
  const { code, output } = await runQuietly(command, args, { ...options, say }).catch(
    (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === "ENOENT") throw new Error(`Could not ${what}: there is no ${command}.`);
      throw error;
    },
  );
  if (code !== 0) throw failure(what, output);
  say(`  done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
};

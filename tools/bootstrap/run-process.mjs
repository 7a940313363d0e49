import { spawn } from "node:child_process";

/** @typedef {{ cwd: string, env: NodeJS.ProcessEnv }} ProcessOptions */

/** Thrown after a child was ended by a signal that this process was sent. */
export class StoppedBySignal extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`Stopped by ${signal}.`);
    /** @readonly */
    this.signal = signal;
  }
}

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Waits for a child; every signal that this process receives meanwhile goes on to it.
 *
 * A terminal sends Ctrl-C to the whole process group, so there the child has it already; a second
 * one would look like "stop at once".
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<{ code: number, received: NodeJS.Signals | undefined }>} its exit code and the
 *   last signal that came by; throws `StoppedBySignal` when a signal ended it
 */
const exitOf = (child) =>
  new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | undefined} */
    let received;
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      received = signal;
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    const settle = (/** @type {() => void} */ action) => {
      for (const signal of SIGNALS) process.off(signal, forward);
      action();
    };
    for (const signal of SIGNALS) process.on(signal, forward);
    child.once("error", (error) => {
      settle(() => {
        reject(error);
      });
    });
    child.once("close", (code, signal) => {
      settle(() => {
        if (signal === null) resolve({ code: code ?? 1, received });
        else reject(new StoppedBySignal(signal));
      });
    });
  });

/**
 * Runs a command that owns the terminal.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ProcessOptions} options
 * @returns {Promise<number>} its exit code
 */
export const runForeground = async (command, args, options) => {
  const { code } = await exitOf(spawn(command, args, { ...options, stdio: "inherit" }));
  return code;
};

const HEARTBEAT_MS = 5000;

/**
 * Runs a command and keeps its output. Throws `StoppedBySignal` when it failed after this process
 * was told to stop.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ProcessOptions & { onHeartbeat: (output: string) => void }} options `onHeartbeat` is
 *   called every five seconds with what there is so far
 * @returns {Promise<{ code: number, output: string }>} both of its output streams, in order
 */
const runQuietly = async (command, args, { onHeartbeat, ...options }) => {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (/** @type {string} */ text) => (output += text));
  }
  const heartbeat = setInterval(() => {
    onHeartbeat(output);
  }, HEARTBEAT_MS);
  try {
    const { code, received } = await exitOf(child);
    if (code !== 0 && received !== undefined) throw new StoppedBySignal(received);
    return { code, output };
  } finally {
    clearInterval(heartbeat);
  }
};

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

/** How npm and pnpm put it when a package has another hash than this repository expects. */
const OTHER_HASH = /EINTEGRITY|TARBALL_INTEGRITY/u;

/** @param {string} output */
const remedyFor = (output) => {
  if (OTHER_HASH.test(output))
    return (
      ": the package registry sent something else than this repository expects (both hashes are " +
      "above), and nothing of it was run. See which registry npm uses with `npm config get " +
      "registry`. If it is the right one, please report this as SECURITY.md says."
    );
  if (OFFLINE.test(output))
    return (
      ": the package registry does not answer. Check the network (and the proxy and registry " +
      "settings of npm), then run the same command again."
    );
  return "; the output is above. Mend that, then run the same command again.";
};

const LINES_SHOWN = 40;

/**
 * @param {string} what
 * @param {string} output
 */
const failure = (what, output) => {
  // Hundreds of retries come before the reason.
  const end = output.trim().split("\n").slice(-LINES_SHOWN);
  return new Error([...end, "", `Could not ${what}${remedyFor(output)}`].join("\n"));
};

/**
 * Runs a step of the set-up; when it fails, throws an error that holds the end of its output and
 * says what to do next.
 *
 * @param {string} what such as "get Node 24", for the messages
 * @param {readonly string[]} commandLine
 * @param {ProcessOptions} options
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

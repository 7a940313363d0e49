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
export const runQuietly = async (command, args, { onHeartbeat, ...options }) => {
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

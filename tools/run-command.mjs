import { spawn } from "node:child_process";

/**
 * Runs a command and waits until it has really ended, also when `signal` cuts it short.
 *
 * @param {readonly string[]} commandLine
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} options `env` adds to
 *   this process's environment
 * @returns {Promise<{ code: number, stdout: string, output: string }>} `output` holds stdout and
 *   stderr as they came; a command that cannot be started has code 127
 */
export const runCommand = ([command = "", ...args], { cwd, env, signal }) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that what the command has started is stopped with it.
      detached: true,
    });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output += text;
    });
    const stop = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    };
    signal?.addEventListener("abort", stop);
    const settle = (/** @type {number} */ code) => {
      signal?.removeEventListener("abort", stop);
      resolve({ code, stdout, output });
    };
    child.once("error", (error) => {
      output += `${error.message}\n`;
      if (child.pid === undefined) settle(127);
    });
    child.once("close", (code) => {
      settle(code ?? 1);
    });
    if (signal?.aborted === true) stop();
  });

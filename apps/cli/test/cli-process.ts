import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { baseEnvironment } from "./fake-io.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The real program in a process of its own. */
export interface CliProcess {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Signals every process that it started too, as Ctrl-C in a terminal does. */
  readonly killGroup: (signal: NodeJS.Signals) => void;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exitCode: Promise<number | null>;
  /** Resolves with what the pattern captures once both outputs together match it. */
  readonly until: (pattern: RegExp) => Promise<string>;
}

/** Starts `earshot` as a shell would, with stdout to a file where its descriptor is given. */
export function startCli(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  stdout: number | "pipe" = "pipe",
): CliProcess {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    env: { ...baseEnvironment, ...environment },
    stdio: ["ignore", stdout, "pipe"],
    // The leader of a group of its own.
    detached: true,
  });
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
    });
  let ended = false;
  const exitCode = once(child, "close").then(([code]) => {
    ended = true;
    return code as number | null;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("The program cannot be started.");
  return {
    pid,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    kill: (signal) => child.kill(signal),
    killGroup: (signal) => {
      process.kill(-pid, signal);
    },
    exitCode,
    until: (pattern) =>
      vi.waitUntil(
        () => {
          const found = pattern.exec(written.stdout + written.stderr);
          if (found !== null) return found[1] ?? found[0];
          if (ended) throw new Error(`It ended without ${String(pattern)}:\n${written.stderr}`);
          return undefined;
        },
        { timeout: 20_000, interval: 20 },
      ),
  };
}

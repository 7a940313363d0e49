import { Readable } from "node:stream";
import { vi } from "vitest";
import type { CommandIo, StopSignal } from "../src/command-io.ts";
import { run } from "../src/run.ts";

export interface FakeIoSettings {
  /** Laid over what the tests themselves run with, which has no provider's keys. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: Uint8Array;
  /** Makes stderr a terminal of that many columns. */
  readonly columns?: number;
}

/** A command that runs inside the test. */
export interface RunningCommand {
  readonly exitCode: Promise<number>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly send: (signal: StopSignal) => void;
  /** Resolves with what the pattern captures once both outputs together match it. */
  readonly until: (pattern: RegExp) => Promise<string>;
}

const KEPT =
  /^(?:HOME|PATH|TMPDIR|XDG_.*|EARSHOT_CACHE_DIR|EARSHOT_OFFLINE|npm_config_.*|.*_proxy)$/iu;

/** The variables that tests need from outside: where the model is, and how to fetch it. */
export const baseEnvironment: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => KEPT.test(name)),
);

/** Runs a command line in this process, with streams and signals of the test's own. */
export function startCommand(
  argv: readonly string[],
  settings: FakeIoSettings = {},
): RunningCommand {
  const written = { stdout: "", stderr: "" };
  const listeners = new Set<(signal: StopSignal) => void>();
  const output = (name: "stdout" | "stderr", columns?: number): CommandIo["stdout"] => ({
    write: (text) => {
      written[name] += text;
    },
    isTTY: columns !== undefined,
    columns: columns ?? 80,
    fd: undefined,
  });
  const io: CommandIo = {
    stdin: Readable.from(settings.stdin === undefined ? [] : [settings.stdin]),
    stdout: output("stdout"),
    stderr: output("stderr", settings.columns),
    environment: { ...baseEnvironment, ...settings.environment },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  let ended = false;
  const exitCode = run(argv, io).finally(() => {
    ended = true;
  });
  const until = (pattern: RegExp): Promise<string> =>
    vi.waitUntil(
      () => {
        const found = pattern.exec(written.stdout + written.stderr);
        if (found !== null) return found[1] ?? found[0];
        if (ended) throw new Error(`It ended without ${String(pattern)}:\n${written.stderr}`);
        return undefined;
      },
      { timeout: 20_000, interval: 20 },
    );
  return {
    exitCode,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    send: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    until,
  };
}

/** Runs a command line to its end. */
export async function runCommand(
  argv: readonly string[],
  settings: FakeIoSettings = {},
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const command = startCommand(argv, settings);
  const exitCode = await command.exitCode;
  return { exitCode, stdout: command.stdout(), stderr: command.stderr() };
}

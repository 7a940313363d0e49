import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A process of the benchmark that listens on this machine. */
export interface Child {
  readonly pid: number;
  readonly port: number;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

const STOP_GRACE_MS = 5000;

/** Ends the process, by force when it does not go in time. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(force);
}

const START_LIMIT_MS = 60_000;

/** Starts the command and waits until its port accepts connections. */
export async function startChild(
  [command = "", ...args]: readonly string[],
  port: number,
): Promise<Child> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  child.once("error", (error) => {
    errors += error.message;
  });
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await accepts(port))) {
    if (child.pid === undefined || child.exitCode !== null || performance.now() > deadline) {
      await stopProcess(child);
      throw new Error(`${command} ${args[0] ?? ""} did not start: ${errors}`);
    }
    await sleep(50);
  }
  if (child.pid === undefined) throw new Error(`${command} did not start.`);
  return { pid: child.pid, port, stop: () => stopProcess(child) };
}

/** Linux counts in hundredths of a second whatever the machine. */
const TICK_MS = 10;

/** The CPU time of a process so far, all its threads, in user and system mode together. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Makes the process's peak memory count from now. */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** The most memory that the process held at once since the last reset, in bytes. */
export function peakMemoryBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1] ?? Number.NaN) * 1024;
}

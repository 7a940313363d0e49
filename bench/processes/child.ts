import { fork, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
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

const alive = new Set<ChildProcess>();

/** Ends the child together with this process, however that ends; the child is handed back. */
function endWithThisProcess<C extends ChildProcess>(child: C): C {
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  return child;
}

// Whatever still runs when this process leaves early was not asked to stop before.
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

const STOP_GRACE_MS = 5000;

/** Ends the process, by force when it does not go in time. */
async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(force);
}

const START_LIMIT_MS = 120_000;

/** What starts a child. */
export interface ChildCommand {
  readonly command: readonly [string, ...string[]];
  /** It has started when this port accepts connections. */
  readonly port: number;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the command and waits until its port accepts connections. */
export async function startChild({ command, port, environment }: ChildCommand): Promise<Child> {
  const [file, ...args] = command;
  const env = { ...process.env, ...environment };
  const child = endWithThisProcess(spawn(file, args, { stdio: ["ignore", "ignore", "pipe"], env }));
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
      throw new Error(`${file} ${args[0] ?? ""} did not start: ${errors}`);
    }
    await sleep(50);
  }
  if (child.pid === undefined) throw new Error(`${file} did not start.`);
  return { pid: child.pid, port, stop: () => stopProcess(child) };
}

/** A script of the benchmark in a process of its own, which answers each message with one. */
export interface Messenger {
  ask(message: object): Promise<unknown>;
  stop(): Promise<void>;
}

const nextAnswer = (child: ChildProcess, script: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error(`${script} ended too early.`));
    child.once("exit", onExit);
    child.once("message", (answer: unknown) => {
      child.off("exit", onExit);
      resolve(answer);
    });
  });

/** Starts the script, given by its path below this folder's parent; its first message says it is ready. */
export async function startMessenger(
  script: string,
  args: readonly string[] = [],
): Promise<Messenger> {
  const child = endWithThisProcess(fork(join(import.meta.dirname, "..", script), args));
  await nextAnswer(child, script);
  return {
    ask: (message) => {
      const answer = nextAnswer(child, script);
      child.send(message);
      return answer;
    },
    stop: () => stopProcess(child),
  };
}

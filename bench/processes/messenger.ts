import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { endWithThisProcess, stopProcess } from "./child.ts";

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

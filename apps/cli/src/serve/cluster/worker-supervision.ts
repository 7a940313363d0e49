import type { Logger } from "@earshot/core";
import type { ListenAddress } from "../serve-flags.ts";
import type { News } from "./messages.ts";
import { WorkerStartError } from "./worker-process.ts";
import type { ProcessEnd, WorkerProcess } from "./worker-process.ts";

/** A worker that is kept serving, by one process after the other. */
export interface SupervisedWorker {
  /** Resolves when its process listens. Rejects with `WorkerStartError`; nothing is tried again then. */
  readonly start: () => Promise<ListenAddress>;
  /** The same, but tried again until it succeeds or the worker is stopped. */
  readonly startSurely: () => Promise<void>;
  /**
   * Starts a new process, and lets the former one end its requests within that time as soon as the
   * new one listens. Rejects with `WorkerStartError`; the former one stays then.
   */
  readonly replace: (graceMs: number) => Promise<void>;
  /** Resolves with how many requests were cut off. */
  readonly stop: (graceMs: number) => Promise<number>;
  /** Ends all its processes at once. */
  readonly kill: () => void;
  /** Undefined while no process of it listens. */
  readonly pid: () => number | undefined;
}

type StartProcess = (news: News) => WorkerProcess;

/** The process that serves, and all others that have not ended: those that start, those that leave. */
const createProcesses = (
  startProcess: StartProcess,
  onServingEnded: (process: WorkerProcess, end: ProcessEnd, livedMs: number) => void,
) => {
  const all = new Set<WorkerProcess>();
  let serving: WorkerProcess | undefined;
  let attempts = 0;

  const watch = async (process: WorkerProcess): Promise<void> => {
    const sinceMs = performance.now();
    const end = await process.ended;
    if (serving !== process) return;
    serving = undefined;
    onServingEnded(process, end, performance.now() - sinceMs);
  };
  return {
    serving: () => serving,
    /** How many processes were started. */
    attempts: () => attempts,
    /**
     * Resolves when a new process listens and serves, unless another was started since. Rejects with
     * `WorkerStartError`; nothing has changed then.
     */
    start: async (news: News): Promise<ListenAddress> => {
      const attempt = ++attempts;
      const process = startProcess(news);
      all.add(process);
      void process.ended.then(() => all.delete(process));
      const address = await process.listening;
      if (attempt === attempts) {
        serving = process;
        void watch(process);
      } else process.kill();
      return address;
    },
    stop: async (graceMs: number): Promise<number> => {
      const cutOff = await Promise.all([...all].map(async ({ stop }) => stop(graceMs)));
      return cutOff.reduce((sum, each) => sum + each, 0);
    },
    kill: (): void => {
      for (const { kill } of all) kill();
    },
  };
};

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long had no trouble to start. */
const STEADY_MS = 10_000;

/** When a process that crashed is replaced. */
const createRestartPace = () => {
  let crashesInARow = 0;
  /** None after the first crash, then longer each time that the next one did not live for long either. */
  const pauseMs = (): number =>
    crashesInARow <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (crashesInARow - 2));
  return {
    crashed: (livedMs: number): void => {
      crashesInARow = livedMs < STEADY_MS ? crashesInARow + 1 : 1;
    },
    pauseMs,
    /** Resolves after the pause, which does not keep the process alive. */
    pause: (): Promise<void> =>
      new Promise((resolve) => {
        setTimeout(resolve, pauseMs()).unref();
      }),
  };
};

const describeEnd = ({ exitCode, signal }: ProcessEnd): string =>
  signal === null ? `with exit code ${exitCode}` : `by ${signal}`;

const describeReason = (error: unknown): string => {
  if (!(error instanceof WorkerStartError)) return String(error);
  return error.failure?.text ?? `it ended ${describeEnd(error.end)}`;
};

/**
 * Creates a worker that has not been started; its number is 1 for the first. A process of it that
 * crashes is replaced.
 */
export function createSupervisedWorker(
  number: number,
  logger: Logger,
  startProcess: StartProcess,
): SupervisedWorker {
  const pace = createRestartPace();
  let isStopped = false;
  let isBeingReplaced = false;

  const processes = createProcesses(startProcess, ({ pid }, end, livedMs) => {
    if (isStopped) return;
    pace.crashed(livedMs);
    const text = `Worker ${number} ended ${describeEnd(end)}; a new one takes its place`;
    logger.error({ worker: number, pid, ...end, pauseMs: pace.pauseMs() }, text);
    if (!isBeingReplaced) void startSurely();
  });
  const startSurely = async (): Promise<void> => {
    for (;;) {
      const attempts = processes.attempts();
      await pace.pause();
      if (isStopped || attempts !== processes.attempts()) return;
      try {
        await processes.start("none");
        return;
      } catch (error) {
        if (isStopped) return;
        pace.crashed(0);
        const text = `Worker ${number} cannot start: ${describeReason(error)}`;
        logger.error({ worker: number }, text);
      }
    }
  };
  return {
    start: () => processes.start("start"),
    startSurely,
    replace: async (graceMs) => {
      if (isStopped) return;
      const former = processes.serving();
      isBeingReplaced = true;
      try {
        await processes.start("reload");
      } finally {
        isBeingReplaced = false;
        if (processes.serving() === undefined) void startSurely();
      }
      void former?.retire(graceMs);
    },
    stop: (graceMs) => {
      isStopped = true;
      return processes.stop(graceMs);
    },
    kill: () => {
      isStopped = true;
      processes.kill();
    },
    pid: () => processes.serving()?.pid,
  };
}

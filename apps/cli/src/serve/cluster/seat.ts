import type { Logger } from "@earshot/core";
import { createCrew } from "./crew.ts";
import { WorkerStartError } from "./launch-worker.ts";
import type { Worker } from "./launch-worker.ts";
import type { Address } from "./messages.ts";
import { createPause } from "./pause.ts";
import { restartDelayMs, STEADY_MS } from "./restart-delay.ts";
import type { ProcessEnd } from "./worker-process.ts";

/** How a worker comes to its seat, which decides what it tells. */
export type Occasion = "start" | "crash" | "reload";

export interface SeatParts {
  /** 1 for the first. */
  readonly number: number;
  readonly launch: (occasion: Occasion) => Worker;
  readonly logger: Logger;
}

/** The place of one worker: whoever sits there is replaced when it crashes. */
export interface Seat {
  /** Resolves when its worker listens. Rejects with `WorkerStartError`; the seat is empty then. */
  readonly start: () => Promise<Address>;
  /** The same, but tried again until it succeeds or the seat is given up. */
  readonly startSurely: () => Promise<void>;
  /**
   * Puts a new worker into the seat, and lets the former one end its requests within that time as
   * soon as the new one listens. Rejects with `WorkerStartError`; the former one stays then.
   */
  readonly replace: (graceMs: number) => Promise<void>;
  /** Resolves with how many requests were cut off. */
  readonly stop: (graceMs: number) => Promise<number>;
  /** Ends all its processes at once. */
  readonly kill: () => void;
  /** Undefined while nobody listens. */
  readonly pid: () => number | undefined;
}

const describeEnd = ({ exitCode, signal }: ProcessEnd): string =>
  signal === null ? `with exit code ${exitCode}` : `by ${signal}`;

const describeReason = (error: unknown): string => {
  if (!(error instanceof WorkerStartError)) return String(error);
  return error.reason?.text ?? `it ended ${describeEnd(error.end)}`;
};

/** Creates an empty seat. */
export function createSeat({ number, launch, logger }: SeatParts): Seat {
  const crew = createCrew();
  const pause = createPause();
  let seated: Worker | undefined;
  let crashes = 0;
  let stopping = false;
  let replacing = false;
  /** Counts the attempts to fill the seat; only the latest one may. */
  let latest = 0;

  /** Resolves when the worker listens and has the seat. */
  const fill = async (occasion: Occasion): Promise<Address> => {
    const attempt = ++latest;
    pause.end();
    const worker = crew.add(launch(occasion));
    const address = await worker.listening;
    if (attempt === latest) {
      seated = worker;
      void guard(worker, performance.now());
    } else worker.kill();
    return address;
  };
  const fillSurely = async (): Promise<void> => {
    for (;;) {
      const attempts = latest;
      await pause.wait(restartDelayMs(crashes));
      if (stopping || attempts !== latest) return;
      try {
        await fill("crash");
        return;
      } catch (error) {
        crashes += 1;
        const text = `Worker ${number} cannot start: ${describeReason(error)}`;
        if (!stopping) logger.error({ worker: number }, text);
      }
    }
  };
  /** Replaces the worker when it ends while it has the seat. */
  const guard = async (worker: Worker, sinceMs: number): Promise<void> => {
    const end = await worker.ended;
    if (seated !== worker || stopping) return;
    seated = undefined;
    crashes = performance.now() - sinceMs < STEADY_MS ? crashes + 1 : 1;
    const fields = { worker: number, pid: worker.pid, ...end, pauseMs: restartDelayMs(crashes) };
    const text = `Worker ${number} ended unexpectedly ${describeEnd(end)}; a new one takes its place.`;
    logger.error(fields, text);
    if (!replacing) await fillSurely();
  };
  const replace = async (graceMs: number): Promise<void> => {
    const former = seated;
    replacing = true;
    try {
      await fill("reload");
    } finally {
      replacing = false;
      if (seated === undefined) void fillSurely();
    }
    if (former !== undefined) void former.retire(graceMs);
  };
  const giveUp = (): void => {
    stopping = true;
    pause.end();
  };

  return {
    start: () => fill("start"),
    startSurely: fillSurely,
    replace,
    stop: async (graceMs) => {
      giveUp();
      return crew.stop(graceMs);
    },
    kill: () => {
      giveUp();
      crew.kill();
    },
    pid: () => seated?.pid,
  };
}

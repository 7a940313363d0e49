import type { Logger } from "@earshot/core";
import { createCrew } from "./crew.ts";
import { WorkerStartError } from "./launch-process.ts";
import type { Worker } from "./launch-process.ts";
import type { Address, Occasion } from "./messages.ts";
import { createOccupancy } from "./occupancy.ts";
import { createRestartPace } from "./restart-pace.ts";
import type { ProcessEnd } from "./worker-process.ts";

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
  const pace = createRestartPace();
  let isGivenUp = false;
  let isBeingReplaced = false;

  const occupancy = createOccupancy({
    launch: (occasion) => crew.add(launch(occasion)),
    onEnded: ({ pid }, end, livedMs) => {
      if (isGivenUp) return;
      pace.crashed(livedMs);
      const text = `Worker ${number} ended ${describeEnd(end)}; a new one takes its place`;
      logger.error({ worker: number, pid, ...end, pauseMs: pace.pauseMs() }, text);
      if (!isBeingReplaced) void fillSurely();
    },
  });
  const fillSurely = async (): Promise<void> => {
    for (;;) {
      const attempts = occupancy.attempts();
      await pace.pause();
      if (isGivenUp || attempts !== occupancy.attempts()) return;
      try {
        await occupancy.fill("crash");
        return;
      } catch (error) {
        if (isGivenUp) return;
        pace.crashed(0);
        const text = `Worker ${number} cannot start: ${describeReason(error)}`;
        logger.error({ worker: number }, text);
      }
    }
  };
  const replace = async (graceMs: number): Promise<void> => {
    if (isGivenUp) return;
    const former = occupancy.current();
    isBeingReplaced = true;
    try {
      await occupancy.fill("reload");
    } finally {
      isBeingReplaced = false;
      if (occupancy.current() === undefined) void fillSurely();
    }
    void former?.retire(graceMs);
  };
  return {
    start: () => occupancy.fill("start"),
    startSurely: fillSurely,
    replace,
    stop: (graceMs) => {
      isGivenUp = true;
      return crew.stop(graceMs);
    },
    kill: () => {
      isGivenUp = true;
      crew.kill();
    },
    pid: () => occupancy.current()?.pid,
  };
}

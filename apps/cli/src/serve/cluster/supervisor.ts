import type { Logger } from "@earshot/core";
import type { Worker } from "./launch-process.ts";
import type { Address, Occasion } from "./messages.ts";
import { createSeat } from "./seat.ts";

export interface SupervisorParts {
  readonly workers: number;
  /** `address` is undefined until the first worker has found it out. */
  readonly launch: (order: {
    readonly worker: number;
    readonly occasion: Occasion;
    readonly address: Address | undefined;
    /** How often the config was taken over anew. */
    readonly generation: number;
  }) => Worker;
  readonly logger: Logger;
}

/** Keeps a number of workers serving. */
export interface Supervisor {
  /**
   * Starts the first worker, then the others. Resolves when the first listens; rejects with
   * `WorkerStartError` when it cannot.
   */
  readonly start: () => Promise<void>;
  /**
   * Replaces every worker by one that reads the config anew. Rejects with `WorkerStartError` when the
   * first of these cannot start; nothing has changed then.
   */
  readonly reload: () => Promise<void>;
  /** Lets running requests end within that time; resolves with how many were cut off. */
  readonly stop: (graceMs: number) => Promise<number>;
  /** Ends all processes at once. */
  readonly kill: () => void;
}

/** How long requests may go on in a worker that was replaced: as long as an upload may take. */
const REPLACED_GRACE_MS = 60 * 60 * 1000;

/** Creates the supervisor of some workers, which are numbered from 1. */
export function createSupervisor({ workers, launch, logger }: SupervisorParts): Supervisor {
  let address: Address | undefined;
  let generation = 0;
  let stopping = false;
  const seats = Array.from({ length: workers }, (_, index) => {
    const worker = index + 1;
    return createSeat({
      number: worker,
      launch: (occasion) => launch({ worker, occasion, address, generation }),
      logger,
    });
  });
  const [first, ...others] = seats;

  const tellReady = (): void => {
    if (!stopping)
      logger.info({ pids: seats.map(({ pid }) => pid()) }, `${workers} workers are ready`);
  };
  const startOthers = async (): Promise<void> => {
    await Promise.all(others.map(async ({ startSurely }) => startSurely()));
    tellReady();
  };

  return {
    start: async () => {
      // Alone, so that what keeps it from starting is told once.
      address = await first?.start();
      void startOthers();
    },
    reload: async () => {
      generation += 1;
      try {
        await first?.replace(REPLACED_GRACE_MS);
      } catch (error) {
        generation -= 1;
        if (stopping) return;
        throw error;
      }
      const replaced = await Promise.allSettled(
        others.map(async ({ replace }) => replace(REPLACED_GRACE_MS)),
      );
      for (const { status } of replaced)
        if (status === "rejected")
          logger.error({}, "A worker could not be replaced and serves by the former config.");
      tellReady();
    },
    stop: async (graceMs) => {
      stopping = true;
      const cutOff = await Promise.all(seats.map(async ({ stop }) => stop(graceMs)));
      return cutOff.reduce((sum, each) => sum + each, 0);
    },
    kill: () => {
      stopping = true;
      for (const { kill } of seats) kill();
    },
  };
}

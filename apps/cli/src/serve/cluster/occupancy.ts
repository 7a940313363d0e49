import type { Worker } from "./launch-process.ts";
import type { Address, Occasion } from "./messages.ts";
import type { ProcessEnd } from "./worker-process.ts";

export interface OccupancyParts {
  readonly launch: (occasion: Occasion) => Worker;
  /** Called when a worker ends while it has the seat. */
  readonly onEnded: (worker: Worker, end: ProcessEnd, livedMs: number) => void;
}

/** Who has a seat. */
export interface Occupancy {
  /**
   * Resolves when a new worker listens and has the seat, unless another attempt was made since.
   * Rejects with `WorkerStartError`; nothing has changed then.
   */
  readonly fill: (occasion: Occasion) => Promise<Address>;
  /** Undefined while nobody listens. */
  readonly current: () => Worker | undefined;
  /** How many attempts to fill the seat were made. */
  readonly attempts: () => number;
}

/** Creates the occupancy of an empty seat. */
export function createOccupancy({ launch, onEnded }: OccupancyParts): Occupancy {
  let seated: Worker | undefined;
  let attempts = 0;

  const watch = async (worker: Worker): Promise<void> => {
    const sinceMs = performance.now();
    const end = await worker.ended;
    if (seated !== worker) return;
    seated = undefined;
    onEnded(worker, end, performance.now() - sinceMs);
  };
  return {
    fill: async (occasion) => {
      const attempt = ++attempts;
      const worker = launch(occasion);
      const address = await worker.listening;
      if (attempt === attempts) {
        seated = worker;
        void watch(worker);
      } else worker.kill();
      return address;
    },
    current: () => seated,
    attempts: () => attempts,
  };
}

import type { Worker } from "./launch-process.ts";

/** All processes that were started for one purpose and have not ended: starting, serving, leaving. */
export interface Crew {
  readonly add: (worker: Worker) => Worker;
  /** Resolves with how many requests were cut off. */
  readonly stop: (graceMs: number) => Promise<number>;
  readonly kill: () => void;
}

/** Creates an empty crew. */
export function createCrew(): Crew {
  const workers = new Set<Worker>();
  return {
    add: (worker) => {
      workers.add(worker);
      void worker.ended.then(() => workers.delete(worker));
      return worker;
    },
    stop: async (graceMs) => {
      const cutOff = await Promise.all([...workers].map(async ({ stop }) => stop(graceMs)));
      return cutOff.reduce((sum, each) => sum + each, 0);
    },
    kill: () => {
      for (const { kill } of workers) kill();
    },
  };
}

/** Who shares a limit: the processes that serve together, numbered from 1. */
export interface Sharing {
  readonly workers: number;
  readonly worker: number;
}

/** How many of a limit's slots a process has at first: the limit split evenly, the rest to the first. */
export function firstShare(limit: number, { workers, worker }: Sharing): number {
  return Math.floor(limit / workers) + (worker <= limit % workers ? 1 : 0);
}

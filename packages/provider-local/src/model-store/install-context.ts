import { systemClock } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { Environment } from "./cache-folder.ts";

/** What the functions of the model store take from outside; each by default the real thing. */
export interface StoreOptions {
  /** By default `process.env`. */
  readonly environment?: Environment;
  /** Where the search for a project's `.npmrc` starts; by default the working directory. */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** How far a download is; both figures cover everything that the call fetches. */
export interface InstallProgress {
  /** What is being fetched, as `package@version`. */
  readonly source: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export type OnProgress = (progress: InstallProgress) => void;

/** Everything from outside that an installation uses. */
export interface InstallContext extends Required<StoreOptions> {
  readonly onProgress: OnProgress;
}

const nothing: OnProgress = () => {};

/** Fills in what was left out. */
export function installContext(
  options: StoreOptions,
  onProgress: OnProgress = nothing,
): InstallContext {
  return {
    environment: options.environment ?? process.env,
    cwd: options.cwd ?? process.cwd(),
    clock: options.clock ?? systemClock,
    signal: options.signal ?? new AbortController().signal,
    onProgress,
  };
}

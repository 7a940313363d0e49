import { systemClock } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { OnProgress } from "./artifact.ts";
import type { InstallContext } from "./install-artifacts.ts";
import type { Environment } from "./npmrc.ts";

/** What the functions of the model store take from outside; each by default the real thing. */
export interface StoreOptions {
  /** By default `process.env`. */
  readonly environment?: Environment;
  /** Where the search for a project's `.npmrc` starts; by default the working directory. */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** Fills in what was left out. */
export function installContext(options: StoreOptions, onProgress: OnProgress): InstallContext {
  return {
    environment: options.environment ?? process.env,
    cwd: options.cwd ?? process.cwd(),
    clock: options.clock ?? systemClock,
    signal: options.signal ?? new AbortController().signal,
    onProgress,
  };
}

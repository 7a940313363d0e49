import { availableParallelism } from "node:os";
import type { EarshotConfig } from "@earshot/config";
import { isLocal } from "../is-local.ts";

/** The flags of `earshot serve`; undefined where one was not given. */
export interface ServeFlags {
  /** Undefined: the built-in configuration, which has the local engine. */
  readonly configPath: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly workers: number | undefined;
  readonly logFormat: string | undefined;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** Where a server listens, as it was asked for: port 0 is any free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** More processes than this cannot be asked for. */
export const MOST_WORKERS = 64;

/**
 * How many processes serve a config: what the flag says, else the config, else one for each core. The
 * local engine uses every core by itself, and each process would hold its own copy of the model.
 */
export function workersFor(
  flag: number | undefined,
  { general, deployments }: Pick<EarshotConfig, "general" | "deployments">,
  cores: number = availableParallelism(),
): number {
  const usual = deployments.some(isLocal) ? 1 : Math.min(cores, MOST_WORKERS);
  return flag ?? general.workers ?? usual;
}

/** The same before anything heavy is loaded: 1 for a config that cannot be read, which is told later. */
export async function countWorkers(
  { workers, configPath }: Pick<ServeFlags, "workers" | "configPath">,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  if (workers !== undefined) return workers;
  if (configPath === undefined) return 1;
  const { ConfigError, loadConfigFile } = await import("@earshot/config");
  try {
    const { config } = await loadConfigFile(configPath, { environment });
    return workersFor(workers, config);
  } catch (error) {
    if (ConfigError.is(error)) return 1;
    throw error;
  }
}

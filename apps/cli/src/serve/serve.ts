import type { EarshotConfig } from "@earshot/config";
import { silentLogger, systemClock } from "@earshot/core";
import type { Clock, Logger } from "@earshot/core";
import { startProxy } from "@earshot/proxy";
import type { ListenSettings, RunningProxy } from "@earshot/proxy";
import { createMemoryState } from "@earshot/router";
import type { RouterState, SlotShares } from "@earshot/router";
import type { LoadedGateway } from "../load-gateway.ts";
import { connectionLimits } from "./connection-limits.ts";
import { explainListenError } from "./explain-listen-error.ts";
import { openGeneration } from "./open-generation.ts";
import type { Generation } from "./open-generation.ts";

export interface ServeOptions {
  /** Undefined: the built-in configuration. */
  readonly configPath?: string | undefined;
  /** Undefined: the config's, else all addresses with a master key and loopback without one. */
  readonly host?: string | undefined;
  /** 0 takes any free port; undefined: the config's, else 8000. */
  readonly port?: number | undefined;
  /** Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: logs nowhere. */
  readonly logger?: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Where cooldowns and counts are kept; default: in this process. */
  readonly state?: RouterState;
  /** How the deployments' parallel requests are shared; default: this process has them all. */
  readonly slotShares?: SlotShares;
  /** How many processes share the config's limits, this one included; default 1. */
  readonly workers?: number;
}

/** A server with everything that it holds. */
export interface Serving extends LoadedGateway {
  readonly proxy: RunningProxy;
  readonly host: string;
  /** As it was asked for; 0 for any free one. */
  readonly port: number;
  /**
   * Reads the config anew and serves further requests by it, at the same address; running ones end
   * by the former. Rejects with `ConfigError` and changes nothing when the config is broken.
   */
  reload(): Promise<LoadedGateway>;
  /**
   * Lets running requests end within that time (default 10 s), then lets go of everything; resolves
   * with how many requests were cut off. May be called again to shorten the time.
   */
  close(graceMs?: number): Promise<number>;
}

/** Where the server listens unless it is told otherwise. */
export const DEFAULT_PORT = 8000;

/** The config's address, else all with a master key, and only this machine's own without one. */
export const defaultHost = ({ host, masterKey }: EarshotConfig["general"]): string =>
  host ?? (masterKey === undefined ? "127.0.0.1" : "0.0.0.0");

/** Where a server with these flags and this config listens. */
export const addressFor = (
  { host, port }: Pick<ServeOptions, "host" | "port">,
  { general }: Pick<EarshotConfig, "general">,
): { readonly host: string; readonly port: number } => ({
  host: host ?? defaultHost(general),
  port: port ?? general.port ?? DEFAULT_PORT,
});

const startListening = async (
  { settings, release }: Generation,
  where: ListenSettings,
): Promise<RunningProxy> => {
  try {
    return await startProxy(settings, where);
  } catch (error) {
    await release();
    throw await explainListenError(error, where);
  }
};

/**
 * Starts the gateway's HTTP server; no model is loaded before the first request. Rejects with
 * `ConfigError`, or with an error that names the address that cannot be taken and the way out.
 */
export async function serve(options: ServeOptions = {}): Promise<Serving> {
  const clock = options.clock ?? systemClock;
  const sources = {
    clock,
    configPath: options.configPath,
    environment: options.environment ?? process.env,
    logger: options.logger ?? silentLogger,
    state: options.state ?? createMemoryState(clock),
    slotShares: options.slotShares,
    workers: options.workers ?? 1,
  };
  const first = await openGeneration(sources);
  const where = addressFor(options, first.loaded.config);
  const limits = connectionLimits(first.loaded.config, sources.workers);
  const proxy = await startListening(first, { ...where, limits });
  let current = first;
  /** Those that still serve requests, the current one included. */
  const open = new Set([first]);
  const release = async (generation: Generation): Promise<void> => {
    if (open.delete(generation)) await generation.release();
  };

  return {
    ...first.loaded,
    ...where,
    proxy,
    reload: async () => {
      const next = await openGeneration(sources);
      const former = current;
      current = next;
      open.add(next);
      void proxy.replace(next.settings).then(() => release(former));
      return next.loaded;
    },
    close: async (graceMs) => {
      const cutOff = await proxy.close(graceMs);
      await Promise.all([...open].map(release));
      return cutOff;
    },
  };
}

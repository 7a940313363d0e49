import { silentLogger, systemClock } from "@earshot/core";
import type { Clock, Logger } from "@earshot/core";
import { createUndiciTransport, startProxy } from "@earshot/proxy";
import type { PooledTransport, RunningProxy } from "@earshot/proxy";
import { createMemoryState } from "@earshot/router";
import type { RouterState, SlotShares } from "@earshot/router";
import type { Environment } from "../command-io.ts";
import { loadGateway } from "../load-gateway.ts";
import type { GatewaySources, LoadedGateway } from "../load-gateway.ts";
import { explainListenError } from "./explain-listen-error.ts";
import { addressFor, connectionLimits, formSettings, upstreamSettings } from "./proxy-settings.ts";

export interface ServeOptions {
  /** Undefined: the built-in configuration. */
  readonly configPath?: string | undefined;
  /** Undefined: the config's, else all addresses with a master key and loopback without one. */
  readonly host?: string | undefined;
  /** 0 takes any free port; undefined: the config's, else 8000. */
  readonly port?: number | undefined;
  /** Default: `process.env`. */
  readonly environment?: Environment;
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

/** Reads the config and builds everything that serves by it. Rejects with `ConfigError`. */
const openGeneration = async (
  sources: Omit<GatewaySources, "openTransport"> & { readonly clock: Clock },
  workers: number,
) => {
  const { logger, clock } = sources;
  let transport: PooledTransport | undefined;
  const loaded = await loadGateway({
    ...sources,
    openTransport: (config) => {
      transport = createUndiciTransport({ ...upstreamSettings(config, workers), logger });
      return transport.send;
    },
  });
  const { config, gateway } = loaded;
  /** Lets go of the gateway and its connections. */
  const release = async (): Promise<void> => {
    await gateway.close();
    await transport?.close();
  };
  const { masterKey, allowedOrigins } = config.general;
  try {
    const form = await formSettings(config, workers);
    if (form.spool.warning !== undefined) logger.warn({}, form.spool.warning);
    const settings = { gateway, form, masterKey, allowedOrigins, logger, clock };
    return { loaded, settings, release };
  } catch (error) {
    await release();
    throw error;
  }
};

/**
 * Starts the gateway's HTTP server; no model is loaded before the first request. Rejects with
 * `ConfigError`, or with an error that names the address that cannot be taken and the way out.
 */
export async function serve(options: ServeOptions = {}): Promise<Serving> {
  const { configPath, environment = process.env, logger = silentLogger, slotShares } = options;
  const { clock = systemClock, workers = 1 } = options;
  // It outlives each reading of the config: what is known of a provider stays known.
  const { state = createMemoryState(clock) } = options;
  const shared = slotShares === undefined ? {} : { slotShares };
  const sources = { configPath, environment, logger, clock, state, ...shared };
  const first = await openGeneration(sources, workers);
  const where = addressFor(options, first.loaded.config);
  const limits = connectionLimits(first.loaded.config, workers);
  const proxy = await startProxy(first.settings, { ...where, limits }).catch(async (error) => {
    await first.release();
    throw await explainListenError(error, where);
  });
  let current = first;
  /** Those that still serve requests, the current one included. */
  const open = new Set([first]);
  const release = async (generation: typeof first): Promise<void> => {
    if (open.delete(generation)) await generation.release();
  };

  return {
    ...first.loaded,
    ...where,
    proxy,
    reload: async () => {
      const next = await openGeneration(sources, workers);
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

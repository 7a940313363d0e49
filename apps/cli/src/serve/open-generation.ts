import type { Clock, Logger } from "@earshot/core";
import { createUndiciTransport } from "@earshot/proxy";
import type { PooledTransport, ProxySettings } from "@earshot/proxy";
import type { RouterState, SlotShares } from "@earshot/router";
import { loadGateway } from "../load-gateway.ts";
import type { LoadedGateway } from "../load-gateway.ts";
import { formSettings } from "./form-settings.ts";
import { upstreamSettings } from "./upstream-settings.ts";

/** What serves by one reading of the config. */
export interface Generation {
  readonly loaded: LoadedGateway;
  readonly settings: ProxySettings;
  /** Lets go of the gateway and its connections. */
  readonly release: () => Promise<void>;
}

export interface GenerationSources {
  /** Undefined: the built-in configuration. */
  readonly configPath: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Outlives the generation: what is known of a provider stays known. */
  readonly state: RouterState;
  /** Undefined: this process has all slots of the deployments. */
  readonly slotShares: SlotShares | undefined;
  /** How many processes share the limits. */
  readonly workers: number;
}

/** Reads the config and builds everything that it asks for. Rejects with `ConfigError`. */
export async function openGeneration(sources: GenerationSources): Promise<Generation> {
  const { configPath, environment, logger, clock, state, slotShares, workers } = sources;
  let transport: PooledTransport | undefined;
  const loaded = await loadGateway({
    configPath,
    environment,
    logger,
    clock,
    state,
    ...(slotShares === undefined ? {} : { slotShares }),
    openTransport: (config) => {
      transport = createUndiciTransport({ ...upstreamSettings(config, workers), logger });
      return transport.send;
    },
  });
  const { config, gateway } = loaded;
  const release = async (): Promise<void> => {
    await gateway.close();
    await transport?.close();
  };
  const { masterKey, allowedOrigins } = config.general;
  try {
    const form = await formSettings(config, { workers });
    if (form.spool.warning !== undefined) logger.warn({}, form.spool.warning);
    const settings = { gateway, form, masterKey, allowedOrigins, logger, clock };
    return { loaded, settings, release };
  } catch (error) {
    await release();
    throw error;
  }
}

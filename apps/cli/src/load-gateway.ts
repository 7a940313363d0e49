import { dirname, resolve } from "node:path";

import { formatDiagnostics, loadConfigFile } from "@earshot/config";
import type { EarshotConfig } from "@earshot/config";
import type { Logger, Transport } from "@earshot/core";
import { builtinConfig, createGateway, createKnownParams, loadProviders } from "@earshot/gateway";
import type { Gateway } from "@earshot/gateway";

export interface LoadedGateway {
  readonly config: EarshotConfig;
  readonly gateway: Gateway;
}

export interface LoadOptions {
  /** Undefined means the built-in configuration. */
  readonly configPath: string | undefined;
  readonly logger: Logger;
  readonly transport: Transport;
  /** Shows one warning about the config to the user. */
  readonly warn: (text: string) => void;
}

const readConfig = async ({ configPath, warn }: LoadOptions): Promise<EarshotConfig> => {
  if (configPath === undefined) return builtinConfig(process.env);
  const { config, warnings } = await loadConfigFile(configPath, {
    environment: process.env,
    knownParams: createKnownParams(),
  });
  if (warnings.length > 0) warn(formatDiagnostics(warnings));
  return config;
};

/** Reads the config (with the packages that it names) and builds the gateway. Throws `ConfigError`. */
export async function loadGateway(options: LoadOptions): Promise<LoadedGateway> {
  const config = await readConfig(options);
  const folder = options.configPath === undefined ? process.cwd() : dirname(resolve(options.configPath));
  const providers = await loadProviders(config.providers, folder);
  const gateway = createGateway(config, {
    providers,
    logger: options.logger,
    transport: options.transport,
  });
  return { config, gateway };
}

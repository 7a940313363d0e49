import type { EarshotConfig } from "@earshot/config";
import { silentLogger } from "@earshot/core";
import type { Logger } from "@earshot/core";
import { createUndiciTransport, startProxy } from "@earshot/proxy";
import type { RunningProxy } from "@earshot/proxy";
import { loadGateway } from "../load-gateway.ts";
import type { LoadedGateway } from "../load-gateway.ts";
import { explainListenError } from "./explain-listen-error.ts";
import { formSettings } from "./form-settings.ts";

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
}

/** A server with everything that it holds. */
export interface Serving extends LoadedGateway {
  readonly proxy: RunningProxy;
  readonly host: string;
  /**
   * Lets running requests end within that time (default 10 s), then lets go of everything; resolves
   * with how many requests were cut off.
   */
  close(graceMs?: number): Promise<number>;
}

/** Where the server listens unless it is told otherwise. */
export const DEFAULT_PORT = 8000;

/** The config's address, else all with a master key, and only this machine's own without one. */
export const defaultHost = ({ host, masterKey }: EarshotConfig["general"]): string =>
  host ?? (masterKey === undefined ? "127.0.0.1" : "0.0.0.0");

const startListening = async (
  { config, gateway }: LoadedGateway,
  where: { readonly host: string; readonly port: number },
  logger: Logger,
): Promise<RunningProxy> => {
  const form = await formSettings(config);
  const { masterKey, allowedOrigins = ["*"] } = config.general;
  try {
    return await startProxy({ gateway, form, masterKey, allowedOrigins, logger }, where);
  } catch (error) {
    throw await explainListenError(error, where);
  }
};

/**
 * Starts the gateway's HTTP server; no model is loaded before the first request. Rejects with
 * `ConfigError`, or with an error that names the address that cannot be taken and the way out.
 */
export async function serve(options: ServeOptions = {}): Promise<Serving> {
  const logger = options.logger ?? silentLogger;
  const transport = createUndiciTransport();
  const loaded = await loadGateway({
    configPath: options.configPath,
    environment: options.environment ?? process.env,
    logger,
    transport: transport.send,
  });
  const { config, gateway } = loaded;
  const host = options.host ?? defaultHost(config.general);
  const port = options.port ?? config.general.port ?? DEFAULT_PORT;
  const release = async (): Promise<void> => {
    await gateway.close();
    await transport.close();
  };
  const proxy = await startListening(loaded, { host, port }, logger).catch(
    async (error: unknown) => {
      await release();
      throw error;
    },
  );
  const close = async (graceMs?: number): Promise<number> => {
    const cutOff = await proxy.close(graceMs);
    await release();
    return cutOff;
  };
  return { ...loaded, proxy, host, close };
}

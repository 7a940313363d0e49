import { silentLogger } from "@earshot/core";
import type { Logger } from "@earshot/core";
import {
  createMemoryBudget,
  createUndiciTransport,
  openSpoolFolder,
  startProxy,
} from "@earshot/proxy";
import type { RunningProxy } from "@earshot/proxy";
import type { EarshotConfig } from "@earshot/config";

import { loadGateway } from "./load-gateway.ts";
import type { LoadedGateway } from "./load-gateway.ts";

export interface ServeOptions {
  readonly configPath: string | undefined;
  /** Undefined: the config's, else all addresses with a master key and loopback without one. */
  readonly host: string | undefined;
  /** Undefined: the config's, else 8000. */
  readonly port: number | undefined;
  readonly logger?: Logger;
  readonly warn: (text: string) => void;
}

/** A server with everything that it holds. */
export interface Serving extends LoadedGateway {
  readonly proxy: RunningProxy;
  readonly host: string;
  /** Lets running requests end within that time, then lets go of everything. */
  close(graceMs?: number): Promise<void>;
}

const MIB = 1024 * 1024;
const DEFAULT_PORT = 8000;

const hostOf = (options: ServeOptions, { general }: EarshotConfig): string =>
  options.host ?? general.host ?? (general.masterKey === undefined ? "127.0.0.1" : "0.0.0.0");

const formSettings = async ({ general }: EarshotConfig) => ({
  limits: {
    maxBodyBytes: (general.maxRequestSizeMb ?? 2048) * MIB,
    maxFieldBytes: MIB,
    maxParts: 1000,
    maxHeaderBytes: 16 * 1024,
    idleTimeoutMs: 60_000,
  },
  memoryBytes: (general.uploadMemoryMb ?? 2) * MIB,
  budget: createMemoryBudget((general.totalUploadMemoryMb ?? 64) * MIB),
  spool: await openSpoolFolder(general.spoolDir),
});

/** Starts the gateway's HTTP server. Throws `ConfigError`, or the system's error for a taken port. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const logger = options.logger ?? silentLogger;
  const transport = createUndiciTransport();
  const { config, gateway } = await loadGateway({
    configPath: options.configPath,
    logger,
    transport: transport.send,
    warn: options.warn,
  });
  const host = hostOf(options, config);
  const proxy = await startProxy(
    {
      gateway,
      form: await formSettings(config),
      masterKey: config.general.masterKey,
      allowedOrigins: config.general.allowedOrigins ?? ["*"],
      logger,
    },
    { host, port: options.port ?? config.general.port ?? DEFAULT_PORT },
  );
  const close = async (graceMs?: number): Promise<void> => {
    await proxy.close(graceMs);
    await gateway.close();
    await transport.close();
  };
  return { config, gateway, proxy, host, close };
}

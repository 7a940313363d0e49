import { ConfigError, loadConfigFile, readMasterKey } from "@earshot/config";
import type { Diagnostic, EarshotConfig } from "@earshot/config";
import type { Clock, Logger, ProviderDefinition, Transport } from "@earshot/core";
import { builtinConfig, createGateway, createKnownParams } from "@earshot/gateway";
import type { Gateway } from "@earshot/gateway";
import type { RouterState, SlotShares } from "@earshot/router";
import { isLocal } from "./is-local.ts";
import { loadProviderPackages } from "./load-provider-packages.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A config, and what it takes beside itself to build a gateway. */
export interface LoadedConfig {
  readonly config: EarshotConfig;
  /** The providers of the packages that the config names. */
  readonly providers: readonly ProviderDefinition[];
  readonly warnings: readonly Diagnostic[];
  /** The process's environment with the config's `environment_variables` laid over it. */
  readonly environment: Environment;
}

export interface LoadedGateway extends LoadedConfig {
  readonly gateway: Gateway;
}

export interface GatewaySources {
  /** Undefined means the built-in configuration. */
  readonly configPath: string | undefined;
  readonly environment: Environment;
  readonly logger: Logger;
  /** Makes the transport that the config asks for. Default: the platform's `fetch`. */
  readonly openTransport?: (config: EarshotConfig) => Transport;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: in memory, for this gateway alone. */
  readonly state?: RouterState;
  /** Default: this process alone has the deployments' slots. */
  readonly slotShares?: SlotShares;
}

const MASTER_KEY = "LITELLM_MASTER_KEY";

/** Throws `ConfigError` for a key that no client could send. */
const masterKeyOf = (environment: Environment): { readonly masterKey?: string } => {
  const written = environment[MASTER_KEY] ?? "";
  if (written === "") return {};
  const read = readMasterKey(written);
  if ("key" in read) return { masterKey: read.key };
  const place = { file: "the environment", line: 0, column: 0, path: MASTER_KEY };
  const message = `The environment variable \`${MASTER_KEY}\` ${read.fault}.`;
  const remedy = "Set it to a long random text of ASCII letters and digits, or unset it.";
  throw new ConfigError([{ severity: "error", ...place, message, remedy }]);
};

/** Reads a config file and loads the packages that it names. Rejects with `ConfigError`. */
async function loadConfig(path: string, environment: Environment): Promise<LoadedConfig> {
  const first = await loadConfigFile(path, { environment, knownParams: createKnownParams() });
  const names = first.config.providers;
  if (names.length === 0) return { ...first, providers: [] };
  // Read again: now the settings of the packages' own providers are known, too.
  const { providerLocations: locations, warnings } = first;
  const providers = await loadProviderPackages({ names, locations, path, warnings });
  const knownParams = createKnownParams(providers);
  return { ...(await loadConfigFile(path, { environment, knownParams })), providers };
}

/** A whole day of audio on a slow machine; the usual ten minutes end before two hours of audio do. */
const LOCAL_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** The configuration without a file; the key of `LITELLM_MASTER_KEY` guards it as it would a file. */
function loadBuiltinConfig(environment: Environment): LoadedConfig {
  const config = builtinConfig(environment);
  const deployments = config.deployments.map((deployment) =>
    isLocal(deployment) ? { ...deployment, timeoutMs: LOCAL_TIMEOUT_MS } : deployment,
  );
  const general = { ...config.general, ...masterKeyOf(environment) };
  const complete = { ...config, deployments, general };
  return { config: complete, providers: [], warnings: [], environment };
}

/** Included files come after the main one, as the reader has them. */
const inFileOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  return diagnostics.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line,
  );
};

/** Reads the config and builds the gateway. Rejects with `ConfigError` that holds every problem. */
export async function loadGateway(sources: GatewaySources): Promise<LoadedGateway> {
  const { configPath, environment, logger, openTransport, clock, state, slotShares } = sources;
  const loaded =
    configPath === undefined
      ? loadBuiltinConfig(environment)
      : await loadConfig(configPath, environment);
  const { config, providers, warnings } = loaded;
  try {
    const gateway = createGateway(config, {
      providers,
      environment: loaded.environment,
      logger,
      ...(openTransport === undefined ? {} : { transport: openTransport(config) }),
      ...(clock === undefined ? {} : { clock }),
      ...(state === undefined ? {} : { state }),
      ...(slotShares === undefined ? {} : { slotShares }),
    });
    return { ...loaded, gateway };
  } catch (error) {
    if (!ConfigError.is(error) || warnings.length === 0) throw error;
    throw new ConfigError(inFileOrder([...warnings, ...error.diagnostics]));
  }
}

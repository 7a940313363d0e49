import { dirname, resolve } from "node:path";
import { ConfigError, loadConfigFile, readMasterKey } from "@earshot/config";
import type { ConfigLocation, Diagnostic, EarshotConfig } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type { Logger, ProviderDefinition, Transport } from "@earshot/core";
import { builtinConfig, createGateway, createKnownParams, loadProviders } from "@earshot/gateway";
import type { Gateway, GatewayOptions } from "@earshot/gateway";
import type { Environment } from "./command-io.ts";
import { isLocal } from "./is-local.ts";

/** A config, and what it takes beside itself to build a gateway. */
interface LoadedConfig {
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

export interface GatewaySources extends Pick<GatewayOptions, "clock" | "state" | "slotShares"> {
  /** Undefined means the built-in configuration. */
  readonly configPath: string | undefined;
  readonly environment: Environment;
  readonly logger: Logger;
  /** Makes the transport that the config asks for. Default: the platform's `fetch`. */
  readonly openTransport?: (config: EarshotConfig) => Transport;
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

const PACKAGE_REMEDY = "Mend the package, or take it out of earshot_settings.providers.";

const packageProblem = (error: TranscriptionError, location: ConfigLocation): Diagnostic => {
  const [, message, remedy] = /^(.+?)\. (Run .*|It should .*)$/su.exec(error.message) ?? [];
  return message === undefined || remedy === undefined
    ? { severity: "error", ...location, message: error.message, remedy: PACKAGE_REMEDY }
    : { severity: "error", ...location, message: `${message}.`, remedy };
};

type ReadConfig = Awaited<ReturnType<typeof loadConfigFile>>;

/** Loads every package that a config names. Rejects with one `ConfigError` that names all that cannot be used. */
const loadProviderPackages = async (
  { config, providerLocations, warnings }: ReadConfig,
  path: string,
): Promise<readonly ProviderDefinition[]> => {
  const whole = { file: path, line: 0, column: 0, path: "earshot_settings.providers" };
  const problems: Diagnostic[] = [];
  const load = async (name: string, index: number): Promise<readonly ProviderDefinition[]> => {
    try {
      return await loadProviders([name], dirname(resolve(path)));
    } catch (error) {
      if (!TranscriptionError.is(error)) throw error;
      problems.push(packageProblem(error, providerLocations[index] ?? whole));
      return [];
    }
  };
  const loaded = await Promise.all(config.providers.map(load));
  if (problems.length > 0)
    throw new ConfigError([...warnings, ...problems].toSorted((a, b) => a.line - b.line));
  return [...new Set(loaded.flat())];
};

/** Reads a config file and loads the packages that it names. Rejects with `ConfigError`. */
const loadConfig = async (path: string, environment: Environment): Promise<LoadedConfig> => {
  const first = await loadConfigFile(path, { environment, knownParams: createKnownParams() });
  if (first.config.providers.length === 0) return { ...first, providers: [] };
  // Read again: now the settings of the packages' own providers are known, too.
  const providers = await loadProviderPackages(first, path);
  const knownParams = createKnownParams(providers);
  return { ...(await loadConfigFile(path, { environment, knownParams })), providers };
};

/** A whole day of audio on a slow machine; the usual ten minutes end before two hours of audio do. */
const LOCAL_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** The configuration without a file; the key of `LITELLM_MASTER_KEY` guards it as it would a file. */
const loadBuiltinConfig = (environment: Environment): LoadedConfig => {
  const config = builtinConfig(environment);
  const deployments = config.deployments.map((deployment) =>
    isLocal(deployment) ? { ...deployment, timeoutMs: LOCAL_TIMEOUT_MS } : deployment,
  );
  const general = { ...config.general, ...masterKeyOf(environment) };
  return { config: { ...config, deployments, general }, providers: [], warnings: [], environment };
};

/** Included files come after the main one, as the reader has them. */
const inFileOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  return diagnostics.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line,
  );
};

/** Reads the config and builds the gateway. Rejects with `ConfigError` that holds every problem. */
export async function loadGateway(sources: GatewaySources): Promise<LoadedGateway> {
  const { configPath, environment, openTransport, ...others } = sources;
  const loaded =
    configPath === undefined
      ? loadBuiltinConfig(environment)
      : await loadConfig(configPath, environment);
  const { config, providers, warnings } = loaded;
  try {
    const gateway = createGateway(config, {
      ...others,
      providers,
      environment: loaded.environment,
      ...(openTransport === undefined ? {} : { transport: openTransport(config) }),
    });
    return { ...loaded, gateway };
  } catch (error) {
    if (!ConfigError.is(error) || warnings.length === 0) throw error;
    throw new ConfigError(inFileOrder([...warnings, ...error.diagnostics]));
  }
}

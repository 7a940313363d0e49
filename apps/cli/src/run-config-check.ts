import { formatDiagnostics, redactConfig } from "@earshot/config";
import type { EarshotConfig } from "@earshot/config";
import { silentLogger } from "@earshot/core";
import type { CommandIo } from "./command-io.ts";
import { EXIT } from "./exit-codes.ts";
import { loadGateway } from "./load-gateway.ts";
import { openHostWarning } from "./serve/host-access.ts";

const DEFAULT_PATH = "config.yaml";

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

const summary = (path: string, { deployments }: EarshotConfig, warnings: number): string => {
  const groups = new Set(deployments.map(({ group }) => group)).size;
  const size = `${counted(deployments.length, "deployment")} in ${counted(groups, "model group")}`;
  return `${path} is valid: ${size}, ${counted(warnings, "warning")}.\n`;
};

/** The address may still come from a flag; with a key it is all of them unless the config says otherwise. */
const weakKeyWarning = ({ general }: EarshotConfig): string | undefined => {
  const { masterKey, host = "0.0.0.0" } = general;
  return masterKey === undefined ? undefined : openHostWarning({ host, masterKey });
};

/**
 * Runs `earshot config check`: reads the file and builds every deployment, but asks no provider.
 * Rejects with `ConfigError`, which leads to exit code 1.
 */
export async function runConfigCheck(
  { path = DEFAULT_PATH, print }: { readonly path: string | undefined; readonly print: boolean },
  { stdout, stderr, environment }: CommandIo,
): Promise<number> {
  const loaded = await loadGateway({ configPath: path, environment, logger: silentLogger });
  const { config, warnings, gateway } = loaded;
  await gateway.close();
  if (warnings.length > 0)
    stderr.write(`${formatDiagnostics(warnings, { color: stderr.isTTY })}\n`);
  const weakKey = weakKeyWarning(config);
  if (weakKey !== undefined) stderr.write(`earshot: WARNING: ${weakKey}\n`);
  if (print) stdout.write(`${JSON.stringify(redactConfig(config), undefined, 2)}\n`);
  else stdout.write(summary(path, config, warnings.length));
  return EXIT.ok;
}

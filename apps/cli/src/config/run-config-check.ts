import { formatDiagnostics, redactConfig } from "@earshot/config";
import type { EarshotConfig } from "@earshot/config";
import { silentLogger } from "@earshot/core";
import type { CommandIo } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import { loadGateway } from "../load-gateway.ts";

const DEFAULT_PATH = "config.yaml";

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

const summary = (path: string, { deployments }: EarshotConfig, warnings: number): string => {
  const groups = new Set(deployments.map(({ group }) => group)).size;
  const size = `${counted(deployments.length, "deployment")} in ${counted(groups, "model group")}`;
  return `${path} is valid: ${size}, ${counted(warnings, "warning")}.\n`;
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
  if (print) stdout.write(`${JSON.stringify(redactConfig(config), undefined, 2)}\n`);
  else stdout.write(summary(path, config, warnings.length));
  return EXIT.ok;
}

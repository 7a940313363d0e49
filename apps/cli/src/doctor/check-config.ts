import { existsSync } from "node:fs";
import { ConfigError } from "@earshot/config";
import type { EarshotConfig } from "@earshot/config";
import { silentLogger } from "@earshot/core";
import { builtinProviders } from "@earshot/gateway";
import type { Environment } from "../command-io.ts";
import { loadGateway } from "../load-gateway.ts";
import { isKeySet } from "../run-providers.ts";
import { fail, ok, warn } from "./finding.ts";
import type { Finding } from "./finding.ts";

const USUAL_NAME = "config.yaml";
const CHECK = "Config";

const broken = (path: string, error: unknown): Finding => {
  const details = ConfigError.is(error)
    ? `has ${error.diagnostics.filter(({ severity }) => severity === "error").length} problem(s)`
    : `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  const remedy = `Run 'earshot config check ${path}', which says how to mend each.`;
  return fail(CHECK, `${path} ${details}`, remedy);
};

/**
 * Whether the config can be served, without a file the built-in one; and what it says, undefined when
 * it has errors.
 */
export async function checkConfig(
  given: string | undefined,
  environment: Environment,
): Promise<{ readonly finding: Finding; readonly config: EarshotConfig | undefined }> {
  const path = given ?? (existsSync(USUAL_NAME) ? USUAL_NAME : undefined);
  try {
    const loaded = await loadGateway({ configPath: path, environment, logger: silentLogger });
    await loaded.gateway.close();
    const { config, warnings } = loaded;
    const { length } = config.deployments;
    const place = path ?? "none, so the built-in configuration";
    const message = `${place}: ${length} deployment${length === 1 ? "" : "s"}`;
    if (warnings.length === 0) return { finding: ok(CHECK, message), config };
    const remedy = `Run 'earshot config check ${path ?? ""}' to see them.`;
    return { finding: warn(CHECK, `${message}, ${warnings.length} warning(s)`, remedy), config };
  } catch (error) {
    return { finding: broken(path ?? USUAL_NAME, error), config: undefined };
  }
}

/** Which providers have their usual key in the environment; never a key itself. */
export function checkKeys(environment: Environment): Finding {
  const set = builtinProviders
    .filter((definition) => isKeySet(definition, environment))
    .map(({ kind }) => kind);
  return ok(
    "Keys",
    set.length > 0
      ? `in the environment for ${set.join(", ")}`
      : "none in the environment; the local engine needs none, 'earshot providers' names them",
  );
}

import { existsSync } from "node:fs";
import { ConfigError } from "@earshot/config";
import type { Diagnostic, EarshotConfig } from "@earshot/config";
import { silentLogger } from "@earshot/core";
import { builtinProviders } from "@earshot/gateway";
import type { Environment } from "../command-io.ts";
import { loadGateway } from "../load-gateway.ts";
import { isKeySet } from "../run-providers.ts";
import type { Finding } from "./finding.ts";

const USUAL_NAME = "config.yaml";

/** What the config says, as far as it could be read. */
export interface CheckedConfig {
  readonly findings: readonly Finding[];
  /** Undefined when it has errors. */
  readonly config: EarshotConfig | undefined;
}

const CHECK = "Config";

const countOf = (diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): number =>
  diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;

const broken = (path: string, error: unknown): Finding => {
  const details = ConfigError.is(error)
    ? `has ${countOf(error.diagnostics, "error")} problem(s)`
    : `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  return {
    check: CHECK,
    status: "fail",
    message: `${path} ${details}`,
    remedy: `Run 'earshot config check ${path}', which says how to mend each.`,
  };
};

/** Whether the config can be served. Without a file that is the built-in configuration. */
export async function checkConfig(
  given: string | undefined,
  environment: Environment,
): Promise<CheckedConfig> {
  const path = given ?? (existsSync(USUAL_NAME) ? USUAL_NAME : undefined);
  try {
    const loaded = await loadGateway({ configPath: path, environment, logger: silentLogger });
    await loaded.gateway.close();
    const { config, warnings } = loaded;
    const { length } = config.deployments;
    const place = path ?? "none, so the built-in configuration";
    const message = `${place}: ${length} deployment${length === 1 ? "" : "s"}`;
    const finding: Finding =
      warnings.length === 0
        ? { check: CHECK, status: "ok", message }
        : {
            check: CHECK,
            status: "warn",
            message: `${message}, ${warnings.length} warning(s)`,
            remedy: `Run 'earshot config check ${path ?? ""}' to see them.`,
          };
    return { findings: [finding], config };
  } catch (error) {
    return { findings: [broken(path ?? USUAL_NAME, error)], config: undefined };
  }
}

/** Which providers have their usual key in the environment; never a key itself. */
export function checkKeys(environment: Environment): Finding {
  const set = builtinProviders
    .filter((definition) => isKeySet(definition, environment))
    .map(({ kind }) => kind);
  const check = "Keys";
  if (set.length > 0)
    return { check, status: "ok", message: `in the environment for ${set.join(", ")}` };
  return {
    check,
    status: "ok",
    message: "none in the environment; the local engine needs none, 'earshot providers' names them",
  };
}

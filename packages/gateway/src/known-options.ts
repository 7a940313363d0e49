import { TranscriptionError } from "@earshot/core";
import type { Deployment } from "@earshot/router";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { ProviderRegistry } from "./provider-registry.ts";

const knows = ({ definition }: Pick<DeploymentTarget, "definition">, option: string): boolean =>
  definition.passesUnknownOptions === true || Object.hasOwn(definition.options, option);

/** Throws `unsupported_feature` (400) for an option that no deployment of the group knows. */
export function requireKnownOptions(
  asked: GatewayRequest,
  candidates: readonly Deployment<DeploymentTarget>[],
  registry: ProviderRegistry,
): void {
  if (candidates.length === 0) return;
  for (const option of Object.keys(asked.extra ?? {})) {
    if (candidates.some(({ target }) => knows(target, option))) continue;
    const others = registry.definitions.filter((definition) =>
      Object.hasOwn(definition.options, option),
    );
    const hint =
      others.length === 0
        ? "No provider knows it."
        : `These providers know it: ${others.map((definition) => definition.kind).join(", ")}.`;
    throw new TranscriptionError(
      "unsupported_feature",
      `No deployment of '${asked.model}' knows the option '${option}'. ${hint} Leave it out, or set drop_params.`,
      { param: option },
    );
  }
}

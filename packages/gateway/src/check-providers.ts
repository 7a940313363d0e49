import { TranscriptionError } from "@earshot/core";
import type { Deployment } from "@earshot/router";
import type { AttemptEnvironment } from "./attempt-transcription.ts";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { ProviderHealth } from "./gateway.ts";

const check = async (
  { id, group, target }: Deployment<DeploymentTarget>,
  environment: AttemptEnvironment,
  signal: AbortSignal,
): Promise<ProviderHealth> => {
  const { provider, definition } = target;
  const entry = { deploymentId: id, group, provider: definition.kind };
  if (provider.checkHealth === undefined) return { ...entry, healthy: undefined };
  try {
    await provider.checkHealth({
      signal,
      clock: environment.clock,
      random: environment.random,
      send: (call) => environment.transport(call, signal),
      logger: environment.logger,
    });
    return { ...entry, healthy: true };
  } catch (error) {
    const message = TranscriptionError.is(error) ? error.message : "The health check failed.";
    return { ...entry, healthy: false, error: message };
  }
};

/** Runs the health check of every deployment's provider at the same time. */
export function checkProviders(
  deployments: readonly Deployment<DeploymentTarget>[],
  environment: AttemptEnvironment,
  signal: AbortSignal,
): Promise<readonly ProviderHealth[]> {
  return Promise.all(deployments.map((deployment) => check(deployment, environment, signal)));
}

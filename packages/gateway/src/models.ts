import { TranscriptionError } from "@earshot/core";
import type { Router } from "@earshot/router";
import type { AttemptEnvironment } from "./attempt-transcription.ts";
import type { DeploymentTarget } from "./create-deployments.ts";
import type { ModelEntry, ProviderHealth } from "./gateway.ts";

/** `gpt-transcribe*` stands for a model of that name and its dated versions; `*whisper*` for no name. */
const namesIn = ({ provider }: DeploymentTarget): readonly string[] =>
  (provider.capabilities.models ?? []).flatMap(
    ({ match }) => /^([^*]+)\*?$/u.exec(match)?.[1] ?? [],
  );

/** Names that a wildcard group stands for, as far as its providers list them. */
const expand = (group: string, targets: readonly DeploymentTarget[]): readonly string[] =>
  group.includes("*")
    ? [...new Set(targets.flatMap(namesIn))].map((name) => group.replace("*", name))
    : [group];

const shutdownOf = (dates: readonly (string | undefined)[]): string | undefined =>
  // One deployment that lives on keeps the name alive.
  dates.some((date) => date === undefined)
    ? undefined
    : dates.toSorted((one = "", other = "") => one.localeCompare(other)).at(-1);

/** Every model name that clients may ask for, wildcards spelled out as far as they are known. */
export function listModels(
  router: Router,
  targets: ReadonlyMap<string, DeploymentTarget>,
): readonly ModelEntry[] {
  const entries = router.groups().flatMap((group) => {
    const members = router.deploymentsOf(group).flatMap(({ id }) => targets.get(id) ?? []);
    const providers = [...new Set(members.map(({ definition }) => definition.kind))];
    const shutdownDate = shutdownOf(
      members.map(({ deployment }) => deployment.capabilities.shutdownDate),
    );
    return expand(group, members).map((id) => ({ id, providers, shutdownDate }));
  });
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

const check = async (
  { deployment, provider, definition }: DeploymentTarget,
  environment: AttemptEnvironment,
  signal: AbortSignal,
): Promise<ProviderHealth> => {
  const entry = { deploymentId: deployment.id, group: deployment.group, provider: definition.kind };
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
  targets: readonly DeploymentTarget[],
  environment: AttemptEnvironment,
  signal: AbortSignal,
): Promise<readonly ProviderHealth[]> {
  return Promise.all(targets.map((target) => check(target, environment, signal)));
}

import type { Router } from "@earshot/router";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { ModelEntry } from "./gateway.ts";

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
export function listModels(router: Router<DeploymentTarget>): readonly ModelEntry[] {
  const entries = router.groups().flatMap((group) => {
    const deployments = router.deploymentsOf(group);
    const targets = deployments.map(({ target }) => target);
    const providers = [...new Set(targets.map(({ definition }) => definition.kind))];
    const date = shutdownOf(deployments.map(({ capabilities }) => capabilities.shutdownDate));
    return expand(group, targets).map((id) => ({
      id,
      providers,
      ...(date === undefined ? {} : { shutdownDate: date }),
    }));
  });
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

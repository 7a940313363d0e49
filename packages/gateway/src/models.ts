import type { Router } from "@earshot/router";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { ModelEntry } from "./gateway.ts";

/** Names that a wildcard group stands for, from the models that its provider lists by full name. */
const expand = (group: string, targets: readonly DeploymentTarget[]): readonly string[] => {
  if (!group.includes("*")) return [group];
  const names = targets.flatMap(({ provider }) =>
    (provider.capabilities.models ?? [])
      .map((model) => model.match)
      .filter((name) => !name.includes("*")),
  );
  return [...new Set(names)].map((name) => group.replace("*", name));
};

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

import { TranscriptionError } from "@earshot/core";
import type { ExtraValue, GatewayRequest, ProviderDefinition } from "@earshot/core";
import { builtinProviders } from "./builtin-providers.ts";
import type { DeploymentTarget } from "./create-deployments.ts";
import { createProviderRegistry } from "./provider-registry.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { closedError, isRemoteInput, shownName } from "./remote-inputs.ts";
import { PRESET_FIELDS } from "./to-asked.ts";

/**
 * Where a call goes and who pays for it. A server behind `openai_compatible` may be a gateway that
 * takes these from its callers, so they must not come from ours.
 */
const OPERATORS_OWN: ReadonlySet<string> = new Set([
  "api_base",
  "api_key",
  "api_version",
  "base_url",
  "custom_llm_provider",
  "extra_body",
  "extra_headers",
  "extra_query",
  "headers",
  "litellm_params",
  "model_list",
  "organization",
]);

const isOperatorsOwn = (option: string): boolean =>
  OPERATORS_OWN.has(option.trim().toLowerCase().replaceAll("-", "_").replace(/\[.*$/su, ""));

/** Whether clients may set the option, also where the provider takes every name. */
export function knows(
  { options, passesUnknownOptions }: ProviderDefinition,
  option: string,
): boolean {
  if (Object.hasOwn(options, option)) return true;
  return passesUnknownOptions === true && !isOperatorsOwn(option);
}

const isOpen = (
  { definition, allowRemoteInputs }: DeploymentTarget,
  option: string,
  value: ExtraValue,
): boolean => allowRemoteInputs || !isRemoteInput(definition, option, value);

/**
 * Throws `unsupported_feature` (400) for an option that no deployment of the group knows, or that the
 * config has not opened on those that do.
 */
export function requireKnownOptions(
  asked: GatewayRequest,
  candidates: readonly DeploymentTarget[],
  registry: ProviderRegistry,
): void {
  if (candidates.length === 0) return;
  for (const [option, value] of Object.entries(asked.extra ?? {})) {
    const knowing = candidates.filter(({ definition }) => knows(definition, option));
    if (knowing.some((target) => isOpen(target, option, value))) continue;
    if (knowing.length > 0) throw closedError(option);
    const others = registry.definitions.filter((definition) =>
      Object.hasOwn(definition.options, option),
    );
    const hint =
      others.length === 0
        ? "No provider knows it."
        : `These providers know it: ${others.map((definition) => definition.kind).join(", ")}.`;
    throw new TranscriptionError(
      "unsupported_feature",
      `No deployment of '${asked.model}' knows the option '${shownName(option)}'. ${hint} Leave it out, or set drop_params.`,
      { param: option },
    );
  }
}

/**
 * Makes the question that the config reader asks: which keys beyond the common ones `litellm_params`
 * may hold for this model. Undefined when no provider matches.
 */
export function createKnownParams(
  providers: readonly ProviderDefinition[] = [],
): (model: string, customProvider?: string) => readonly string[] | undefined {
  const registry = createProviderRegistry([...builtinProviders, ...providers]);
  return (model, customProvider) => {
    const definition = registry.resolve(model, customProvider)?.definition;
    if (definition === undefined) return undefined;
    return [
      ...PRESET_FIELDS,
      ...Object.keys(definition.options),
      ...Object.keys(definition.settings ?? {}),
    ];
  };
}

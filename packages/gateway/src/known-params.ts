import type { ProviderDefinition } from "@earshot/core";
import { builtinProviders } from "./builtin-providers.ts";
import { PRESET_FIELDS } from "./create-deployments.ts";
import { createProviderRegistry } from "./provider-registry.ts";

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

import { TranscriptionError } from "@earshot/core";
import type { ProviderDefinition } from "@earshot/core";

/** The providers that a gateway knows, found by kind or alias. */
export interface ProviderRegistry {
  readonly definitions: readonly ProviderDefinition[];
  /** Undefined when no provider has that kind or alias. */
  find(kindOrAlias: string): ProviderDefinition | undefined;
  /**
   * Splits a `litellm_params.model` into provider and the provider's own model name. A name without
   * a known prefix belongs to `openai`, as in LiteLLM; undefined when `customProvider` is unknown.
   */
  resolve(model: string, customProvider?: string): ResolvedModel | undefined;
}

export interface ResolvedModel {
  readonly definition: ProviderDefinition;
  readonly model: string;
}

const DEFAULT_KIND = "openai";

/** Builds the registry. Throws `invalid_request` when two providers claim one name. */
export function createProviderRegistry(
  definitions: readonly ProviderDefinition[],
): ProviderRegistry {
  const byName = new Map<string, ProviderDefinition>();
  for (const definition of definitions)
    for (const name of [definition.kind, ...(definition.aliases ?? [])]) {
      const other = byName.get(name);
      if (other !== undefined && other !== definition)
        throw new TranscriptionError(
          "invalid_request",
          `Two providers claim the name '${name}': ${other.displayName} and ${definition.displayName}. Load only one of them.`,
        );
      byName.set(name, definition);
    }
  const resolve = (model: string, customProvider?: string): ResolvedModel | undefined => {
    const slash = model.indexOf("/");
    const prefix = slash < 0 ? undefined : model.slice(0, slash);
    const prefixed = prefix === undefined ? undefined : byName.get(prefix);
    if (customProvider !== undefined) {
      const definition = byName.get(customProvider);
      if (definition === undefined) return undefined;
      return { definition, model: prefixed === definition ? model.slice(slash + 1) : model };
    }
    if (prefixed !== undefined) return { definition: prefixed, model: model.slice(slash + 1) };
    const fallback = byName.get(DEFAULT_KIND);
    return fallback === undefined || prefix !== undefined
      ? undefined
      : { definition: fallback, model };
  };
  return { definitions, find: (name) => byName.get(name), resolve };
}

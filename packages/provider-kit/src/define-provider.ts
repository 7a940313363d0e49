import { TranscriptionError } from "@earshot/core";
import type { ProviderDefinition } from "@earshot/core";

/** The value itself, frozen in depth. */
export function freezeDeeply<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const child of Object.values(value)) freezeDeeply(child);
  return Object.freeze(value);
}

const problemOf = (definition: ProviderDefinition): string | undefined => {
  if (definition.specVersion !== 1) return "must say `specVersion: 1`";
  if (!/^[a-z][a-z0-9_]*$/u.test(definition.kind)) {
    return "needs a `kind` of lower-case letters, digits and underscores, such as `deepgram`";
  }
  if (typeof definition.create !== "function") return "needs a function `create`";
  return undefined;
};

/**
 * Checks a provider's definition and freezes it in depth, tables included. Throws `internal` when it
 * does not keep the contract.
 */
export function defineProvider(definition: ProviderDefinition): ProviderDefinition {
  const problem = problemOf(definition);
  if (problem === undefined) return freezeDeeply(definition);
  const message = `The provider definition ${definition.kind} ${problem}.`;
  throw new TranscriptionError("internal", message);
}

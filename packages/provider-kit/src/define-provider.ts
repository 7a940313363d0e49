import { TranscriptionError } from "@earshot/core";
import type { OptionSpec, ProviderDefinition } from "@earshot/core";

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

type Details<Type extends OptionSpec["type"]> = Omit<
  Extract<OptionSpec, { type: Type }>,
  "type" | "description"
>;

/** An option that is true or false; `description` is a sentence for the generated reference. */
export const flagOption = (description: string, details: Details<"boolean"> = {}): OptionSpec => ({
  type: "boolean",
  ...details,
  description,
});

/** An option that is a number, within its bounds. */
export const numberOption = (description: string, details: Details<"number"> = {}): OptionSpec => ({
  type: "number",
  ...details,
  description,
});

/** An option that is a text, or one of `values`. */
export const textOption = (description: string, details: Details<"string"> = {}): OptionSpec => ({
  type: "string",
  ...details,
  description,
});

/** An option that is a list of texts. */
export const listOption = (description: string, details: Details<"string[]"> = {}): OptionSpec => ({
  type: "string[]",
  ...details,
  description,
});

/** An option that is a JSON object. */
export const jsonOption = (description: string, details: Details<"json"> = {}): OptionSpec => ({
  type: "json",
  ...details,
  description,
});

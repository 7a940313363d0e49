import type { TranscriptionRequest } from "@earshot/core";
import { asArray, asString } from "@earshot/provider-kit";

/** One query parameter; a name may repeat. */
export type QueryField = readonly [name: string, value: string];

/** The texts of an option that is a list, or of a single text; empty when it is not given. */
export function listOption(
  options: TranscriptionRequest["options"],
  name: string,
): readonly string[] {
  const value = options[name];
  const items = typeof value === "string" ? [value] : asArray(value);
  return items.flatMap((item) => asString(item) ?? []);
}

import { isDeepStrictEqual } from "node:util";
import type { Transcript } from "@earshot/core";
import { ConformanceError, show } from "./conformance-error.ts";

/** A field that is undefined is as good as none. */
const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify({ value }));

/** Throws when a field that the scenario names is not exactly what it says. */
export function ensureExpected(transcript: Transcript, expected: Partial<Transcript> = {}): void {
  const fields: Readonly<Record<string, unknown>> = { ...transcript };
  for (const [name, value] of Object.entries(expected)) {
    if (isDeepStrictEqual(withoutUndefined(fields[name]), withoutUndefined(value))) continue;
    throw new ConformanceError(
      `The transcript's \`${name}\` is ${show(fields[name])} where the scenario expects ${show(value)}.`,
    );
  }
}

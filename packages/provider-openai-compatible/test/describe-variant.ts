import { conformanceCases } from "@earshot/provider-testkit";
import type { ConformanceCase, ProviderSuite } from "@earshot/provider-testkit";
import { describe, test } from "vitest";

const assertCase = (entry: ConformanceCase): Promise<void> => entry.run();

const reasonOf = ({ skip }: ConformanceCase): string =>
  skip === undefined ? "" : ` is left out: ${skip}`;

/** The conformance suite for one way to set a provider up, apart from the provider's own report. */
export function describeVariant(name: string, suite: ProviderSuite): void {
  describe(`${name} conforms`, () => {
    for (const entry of conformanceCases(suite)) {
      const { group, name: rule, skip } = entry;
      const register = test.skipIf(skip !== undefined);
      register(`${group}: ${rule}${reasonOf(entry)}`, () => assertCase(entry));
    }
  });
}

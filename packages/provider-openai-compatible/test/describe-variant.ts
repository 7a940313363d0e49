import { conformanceCases } from "@earshot/provider-testkit";
import type { ConformanceCase, ProviderSuite } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";

const reasonOf = ({ skip }: ConformanceCase): string =>
  skip === undefined ? "" : ` is left out: ${skip}`;

/** The conformance suite for one way to set a provider up, apart from the provider's own report. */
export function describeVariant(name: string, suite: ProviderSuite): void {
  describe(`${name} conforms`, () => {
    for (const entry of conformanceCases(suite)) {
      const { group, name: rule, skip } = entry;
      test.skipIf(skip !== undefined)(`${group}: ${rule}${reasonOf(entry)}`, async () => {
        await expect(entry.run()).resolves.toBeUndefined();
      });
    }
  });
}

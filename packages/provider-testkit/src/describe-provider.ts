import { afterAll, describe, it } from "vitest";
import type { ConformanceCase } from "./conformance-case.ts";
import { conformanceCases } from "./conformance-cases.ts";
import { toReport, writeReport } from "./conformance-report.ts";
import { toResult } from "./run-conformance.ts";
import type { ConformanceResult } from "./run-conformance.ts";
import type { ProviderSuite } from "./suite.ts";

const skipCase = (title: string, { group, name }: ConformanceCase, reason: string): void => {
  // oxlint-disable-next-line vitest/no-disabled-tests -- the provider says why it has no such thing
  it.skip(`${group}: ${name} is left out: ${reason}`, () => {});
  // oxlint-disable-next-line no-console -- a skip prints its reason
  console.info(`${title}: ${name} is left out: ${reason}`);
};

/**
 * Registers the conformance suite of a provider with vitest. With `EARSHOT_CONFORMANCE_REPORT` set to
 * a folder, it writes what passed and what was left out to `KIND.json` (`KIND.VARIANT.json`) in there.
 */
export function describeProvider(suite: ProviderSuite): void {
  const { displayName } = suite.definition;
  const variant = suite.variant === undefined ? "" : ` (${suite.variant})`;
  const title = `${displayName}${variant}`;
  const results: ConformanceResult[] = [];
  describe(`${title} conforms`, () => {
    for (const entry of conformanceCases(suite)) {
      if (entry.skip !== undefined) {
        skipCase(title, entry, entry.skip);
        results.push(toResult(entry, "skipped", entry.skip));
        continue;
      }
      // oxlint-disable-next-line vitest/expect-expect -- a case throws what it finds
      it(`${entry.group}: ${entry.name}`, async () => {
        try {
          await entry.run();
          results.push(toResult(entry, "passed"));
        } catch (error) {
          results.push(toResult(entry, "failed", error instanceof Error ? error.message : ""));
          throw error;
        }
      });
    }
    afterAll(() => writeReport(toReport(suite, results)));
  });
}

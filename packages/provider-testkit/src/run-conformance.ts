import { afterAll, describe, it } from "vitest";
import type { ConformanceCase } from "./conformance-case.ts";
import { toReport, writeReport } from "./conformance-report.ts";
import type { ConformanceResult } from "./conformance-report.ts";
import { cancellationRules } from "./rules/cancellation.ts";
import { errorRules } from "./rules/errors.ts";
import { declaredRules, featureRules } from "./rules/features.ts";
import { formatRules } from "./rules/formats.ts";
import { identityRules } from "./rules/identity.ts";
import { isolationRules } from "./rules/isolation.ts";
import { nonsenseRules } from "./rules/nonsense.ts";
import { optionRules } from "./rules/options.ts";
import { pollingRules } from "./rules/polling.ts";
import { refusalRules } from "./rules/refusals.ts";
import { requestRules } from "./rules/request.ts";
import { responseRules } from "./rules/response.ts";
import { streamingRules } from "./rules/streaming.ts";
import type { ProviderSuite } from "./suite.ts";

const RULES: readonly ((suite: ProviderSuite) => readonly ConformanceCase[])[] = [
  identityRules,
  declaredRules,
  requestRules,
  optionRules,
  featureRules,
  refusalRules,
  responseRules,
  nonsenseRules,
  formatRules,
  errorRules,
  cancellationRules,
  pollingRules,
  streamingRules,
  isolationRules,
];

/** Every rule of the suite applied to one provider; a scenario that is left out is listed once. */
export function conformanceCases(suite: ProviderSuite): readonly ConformanceCase[] {
  const skipped = new Set<string>();
  return RULES.flatMap((list) => list(suite)).filter(({ group, scenario }) => {
    if (group !== "scenarios" || scenario === undefined) return true;
    const first = !skipped.has(scenario);
    skipped.add(scenario);
    return first;
  });
}

const toResult = (
  { group, name, scenario }: ConformanceCase,
  status: ConformanceResult["status"],
  reason?: string,
): ConformanceResult => ({ group, name, scenario, status, reason });

const toFailure = (entry: ConformanceCase, error: unknown): ConformanceResult =>
  toResult(entry, "failed", error instanceof Error ? error.message : String(error));

/** Runs the whole suite without a test runner, one case after the other. Never rejects. */
export async function runConformance(suite: ProviderSuite): Promise<readonly ConformanceResult[]> {
  const results: ConformanceResult[] = [];
  for (const entry of conformanceCases(suite)) {
    const result =
      entry.skip === undefined
        ? await entry.run().then(
            () => toResult(entry, "passed"),
            (error: unknown) => toFailure(entry, error),
          )
        : toResult(entry, "skipped", entry.skip);
    results.push(result);
  }
  return results;
}

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
  const title = suite.variant === undefined ? displayName : `${displayName} (${suite.variant})`;
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
          results.push(toFailure(entry, error));
          throw error;
        }
      });
    }
    afterAll(() => writeReport(toReport(suite, results)));
  });
}

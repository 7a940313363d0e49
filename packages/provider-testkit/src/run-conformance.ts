import type { ConformanceCase } from "./conformance-case.ts";
import { conformanceCases } from "./conformance-cases.ts";
import type { ProviderSuite, ScenarioName } from "./suite.ts";

/** What became of one case. */
export interface ConformanceResult {
  readonly group: string;
  readonly name: string;
  /** Undefined for rules that hold for every provider. */
  readonly scenario: ScenarioName | undefined;
  readonly status: "passed" | "failed" | "skipped";
  /** Why it failed or was left out; undefined when it passed. */
  readonly reason: string | undefined;
}

/** Names the outcome of a case. */
export function toResult(
  { group, name, scenario }: ConformanceCase,
  status: ConformanceResult["status"],
  reason?: string,
): ConformanceResult {
  return { group, name, scenario, status, reason };
}

const runCase = async (entry: ConformanceCase): Promise<ConformanceResult> => {
  if (entry.skip !== undefined) return toResult(entry, "skipped", entry.skip);
  try {
    await entry.run();
    return toResult(entry, "passed");
  } catch (error) {
    return toResult(entry, "failed", error instanceof Error ? error.message : String(error));
  }
};

/** Runs the whole suite without a test runner, one case after the other. Never rejects. */
export async function runConformance(suite: ProviderSuite): Promise<readonly ConformanceResult[]> {
  const results: ConformanceResult[] = [];
  for (const entry of conformanceCases(suite)) results.push(await runCase(entry));
  return results;
}

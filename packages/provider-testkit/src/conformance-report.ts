import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Capabilities } from "@earshot/core";
import type { ConformanceCase } from "./conformance-case.ts";
import { abilityOf } from "./suite.ts";
import type { ProviderSuite, ScenarioName } from "./suite.ts";

/** What became of one case. */
export interface ConformanceResult extends Pick<ConformanceCase, "group" | "name" | "scenario"> {
  readonly status: "passed" | "failed" | "skipped";
  /** Why it failed or was left out; undefined when it passed. */
  readonly reason: string | undefined;
}

/** What backs one row of a table about a provider. */
export interface ScenarioReport {
  readonly status: "passed" | "failed" | "skipped";
  /** Why it was left out. */
  readonly reason?: string | undefined;
  /** How many cases were run for it. */
  readonly cases: number;
}

/** One run of the suite as plain data, from which tables are made. */
export interface ConformanceReport {
  readonly kind: string;
  /** Absent for the provider's usual suite. */
  readonly variant?: string | undefined;
  readonly displayName: string;
  readonly documentationUrl: string;
  /** What each tried model declares; backed by the scenarios below. */
  readonly models: Readonly<Record<string, Capabilities>>;
  readonly scenarios: Partial<Record<ScenarioName, ScenarioReport>>;
  readonly results: readonly ConformanceResult[];
}

const toScenarioReport = (results: readonly ConformanceResult[]): ScenarioReport => {
  const skipped = results.find(
    ({ group, status }) => group === "scenarios" && status === "skipped",
  );
  if (skipped !== undefined) return { status: "skipped", cases: 0, reason: skipped.reason };
  const failed = results.some(({ status }) => status === "failed");
  const cases = results.filter(({ status }) => status !== "skipped").length;
  return { status: failed ? "failed" : "passed", cases };
};

/** Sums the results of a run up. */
export function toReport(
  suite: ProviderSuite,
  results: readonly ConformanceResult[],
): ConformanceReport {
  const { kind, displayName, documentationUrl } = suite.definition;
  const names = results.flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario]));
  const scenarios = Object.fromEntries(
    [...new Set(names)].map((name) => [
      name,
      toScenarioReport(results.filter(({ scenario }) => scenario === name)),
    ]),
  );
  const models = Object.fromEntries(suite.models.map((model) => [model, abilityOf(suite, model)]));
  const { variant } = suite;
  return { kind, variant, displayName, documentationUrl, models, scenarios, results };
}

/** Writes `KIND.json` or `KIND.VARIANT.json` into the folder that `EARSHOT_CONFORMANCE_REPORT` names, if it names one. */
export function writeReport(report: ConformanceReport): void {
  const folder = process.env["EARSHOT_CONFORMANCE_REPORT"];
  if (folder === undefined || folder === "") return;
  mkdirSync(folder, { recursive: true });
  const { kind, variant } = report;
  const file = join(folder, variant === undefined ? `${kind}.json` : `${kind}.${variant}.json`);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

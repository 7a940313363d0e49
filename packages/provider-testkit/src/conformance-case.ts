import { guardGlobals } from "./guard-globals.ts";
import { reasonOf } from "./suite.ts";
import type { ProviderSuite, ScenarioName } from "./suite.ts";

/** One rule applied to one provider; rejects with a `ConformanceError` when it is broken. */
export interface ConformanceCase {
  readonly group: string;
  readonly name: string;
  /** The scenario that this case backs; undefined for rules that hold for everybody. */
  readonly scenario: ScenarioName | undefined;
  /** Why the case is left out; undefined when it is run. */
  readonly skip: string | undefined;
  readonly run: () => Promise<void>;
}

export type CaseList = readonly ConformanceCase[];

/** A rule that holds for every provider; while it runs, the globals for time and network throw. */
export function rule(group: string, name: string, run: () => Promise<void>): ConformanceCase {
  return { group, name, scenario: undefined, skip: undefined, run: () => guardGlobals(run) };
}

const doNothing = (): Promise<void> => Promise.resolve();

/** The cases of a scenario, or the one that says why it is left out. */
export function scenarioCases(
  suite: ProviderSuite,
  scenario: ScenarioName,
  list: () => readonly ConformanceCase[],
): CaseList {
  const skip = reasonOf(suite, scenario);
  if (skip === undefined) return list().map((entry) => ({ ...entry, scenario }));
  return [{ group: "scenarios", name: scenario, scenario, skip, run: doNothing }];
}

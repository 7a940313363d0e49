import { ConformanceError } from "./conformance-error.ts";
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

const NAMES = ["fetch", "setTimeout", "setInterval", "XMLHttpRequest", "WebSocket"] as const;

let depth = 0;
let violations: string[] = [];
let originals: readonly (readonly [string, PropertyDescriptor | undefined])[] = [];

const violationOf = (name: string): ConformanceError =>
  new ConformanceError(
    `The provider used the global ${name}; time and network come from its context only.`,
  );

const install = (): void => {
  originals = NAMES.map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const name of NAMES) {
    const value = (): never => {
      violations.push(name);
      throw violationOf(name);
    };
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
};

const restore = (): void => {
  for (const [name, descriptor] of originals) {
    if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, descriptor);
  }
};

const ensureUnused = (): void => {
  const [first] = violations;
  if (first !== undefined) throw violationOf(first);
};

/**
 * Runs something while the globals for time and network throw. Rejects with a `ConformanceError` when
 * one of them was used, also when the user swallowed that error.
 */
async function guardGlobals<T>(run: () => T | Promise<T>): Promise<T> {
  if (depth === 0) {
    violations = [];
    install();
  }
  depth += 1;
  try {
    const result = await run();
    ensureUnused();
    return result;
  } catch (error) {
    ensureUnused();
    throw error;
  } finally {
    depth -= 1;
    if (depth === 0) restore();
  }
}

/** A rule that holds for every provider; while it runs, the globals for time and network throw. */
export function rule(
  group: string,
  name: string,
  run: () => void | Promise<void>,
): ConformanceCase {
  return { group, name, scenario: undefined, skip: undefined, run: () => guardGlobals(run) };
}

/** Rules of one group about one subject, by their names. */
export function rulesOf<T>(
  group: string,
  subject: T,
  checks: Readonly<Record<string, (subject: T) => void | Promise<void>>>,
): CaseList {
  return Object.entries(checks).map(([name, check]) => rule(group, name, () => check(subject)));
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

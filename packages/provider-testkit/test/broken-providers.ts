import type { HttpCall, TranscriptionRequest } from "@earshot/core";
import { conformanceCases } from "@earshot/provider-testkit";
import type { ProviderSuite } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { acmeSuite } from "./acme-suite.ts";
import { breakProvider } from "./break-provider.ts";
import type { Breakage } from "./break-provider.ts";

/** What a broken provider does, how it is broken, and the rule that must notice, with its words. */
export type Broken = readonly [what: string, breakage: Breakage, rule: string, words: RegExp];

export const spoiled = (breakage: Breakage, suite: ProviderSuite): ProviderSuite => ({
  ...suite,
  definition: breakProvider(suite.definition, breakage),
});

/** The first failure of the rules whose `group: name` starts so. */
export const failureOf = async (suite: ProviderSuite, rule: string): Promise<string> => {
  const chosen = conformanceCases(suite).filter(
    ({ group, name, skip }) => skip === undefined && `${group}: ${name}`.startsWith(rule),
  );
  expect(chosen.length).toBeGreaterThan(0);
  for (const { run } of chosen) {
    try {
      await run();
    } catch (error) {
      return String(error);
    }
  }
  return "nothing was noticed";
};

export const withFields = (
  call: HttpCall,
  change: (field: readonly [string, string]) => readonly (readonly [string, string])[],
): HttpCall =>
  call.body.type === "multipart"
    ? { ...call, body: { ...call.body, fields: call.body.fields.flatMap(change) } }
    : call;

/** Loses a field on its way to the wire. */
export const losing = (name: string): Breakage => ({
  call: (call) => withFields(call, (field) => (field[0] === name ? [] : [field])),
});

/** Sends what was asked for only when it is truthy. */
export const losingFalsy = (name: string, value: string): Breakage => ({
  call: (call) =>
    withFields(call, (field) => (field[0] === name && field[1] === value ? [] : [field])),
});

export const asking = (patch: Partial<TranscriptionRequest>): Breakage => ({
  request: (request) => ({ ...request, ...patch }),
});

/** Tries that the good provider keeps each rule and that the broken one is noticed by it. */
export const describeBroken = (
  broken: readonly Broken[],
  suite: ProviderSuite = acmeSuite,
): void => {
  describe("a provider that", () => {
    test.each(broken)("%s is noticed", async (...[, breakage, rule, words]) => {
      expect(await failureOf(suite, rule)).toBe("nothing was noticed");
      expect(await failureOf(spoiled(breakage, suite), rule)).toMatch(words);
    });
  });
};

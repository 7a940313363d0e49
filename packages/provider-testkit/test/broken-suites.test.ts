import { runConformance } from "@earshot/provider-testkit";
import type { ProviderSuite } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { acmeSuite } from "./acme-suite.ts";
import { failureOf, spoiled } from "./broken-providers.ts";

describe("a suite that", () => {
  const withScenarios = (scenarios: Partial<ProviderSuite["scenarios"]>): ProviderSuite => ({
    ...acmeSuite,
    scenarios: { ...acmeSuite.scenarios, ...scenarios },
  });

  test.each([
    [
      "leaves out what is declared",
      withScenarios({ words: { unsupported: "no time" } }),
      /acme-1 declares it/u,
    ],
    [
      "leaves out without a reason",
      withScenarios({ polling: { unsupported: "" } }),
      /without a reason/u,
    ],
    [
      "leaves out the options",
      withScenarios({ options: { unsupported: "too many" } }),
      /has options/u,
    ],
    [
      "plays what nobody declares",
      { ...withScenarios({}), models: ["acme-lite-2"] as const },
      /no model declares it/u,
    ],
  ])("%s is noticed", async (_what, suite, words) => {
    expect(await failureOf(suite, "identity: plays")).toMatch(words);
  });

  test("has an answer without a source is noticed", async () => {
    const suite = withScenarios({ text: { answer: { source: " ", body: {} } } });
    expect(await failureOf(suite, "response: text: gives")).toMatch(/does not say its `source`/u);
  });

  test("has a sample for an option that does not exist is noticed", async () => {
    const suite = withScenarios({
      options: { samples: { colour: { unsupported: "no colours" } } },
    });
    expect(await failureOf(suite, "options: has samples")).toMatch(/no option named colour/u);
  });

  test("claims to pass unknown options is noticed", async () => {
    const suite = spoiled({ definition: { passesUnknownOptions: true } }, acmeSuite);
    expect(await failureOf(suite, "options: an unknown option")).toMatch(
      /does not reach the wire/u,
    );
  });

  test("forgets a scenario does not compile", () => {
    const { polling: _polling, ...scenarios } = acmeSuite.scenarios;
    // @ts-expect-error the scenario `polling` is missing
    const suite: ProviderSuite = { ...acmeSuite, scenarios };
    expect(suite.models).toHaveLength(2);
  });
});

test("runs without a test runner and says what was left out", async () => {
  const results = await runConformance(acmeSuite);
  expect(results.filter(({ status }) => status === "failed")).toEqual([]);
  expect(results.filter(({ status }) => status === "skipped")).toEqual([
    {
      group: "scenarios",
      name: "polling",
      scenario: "polling",
      status: "skipped",
      reason: "Acme answers in one call",
    },
  ]);
});

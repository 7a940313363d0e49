import { expect, test } from "vitest";
import { providerPage } from "./provider-page.ts";

test("nothing is written without the reports of every provider, and the error says what to run", () => {
  const report = { kind: "acme", displayName: "Acme", models: {}, scenarios: {}, results: [] };
  const reports = [{ ...report, documentationUrl: "https://acme.example/docs" }];
  expect(() => providerPage(reports, ["acme", "groq", "local"])).toThrow(
    /No conformance report of groq, local.*Run `npm test` first/,
  );
  expect(() => providerPage([], ["acme"])).toThrow("npm test");
  expect(providerPage(reports, ["acme"])).toContain("# Providers");
});

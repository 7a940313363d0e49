import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readFixtures, runConformance, toReport } from "@earshot/provider-testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { writeReport } from "../src/conformance-report.ts";
import { breakProvider } from "./break-provider.ts";
import { jobsSuite } from "./jobs-suite.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-testkit-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("a report", () => {
  test("says what was tried, what passed and what was left out", async () => {
    const report = toReport(jobsSuite, await runConformance(jobsSuite));
    expect(report).toMatchObject({
      kind: "jobs",
      displayName: "Jobs",
      models: { universal: { urlInput: true } },
      scenarios: {
        urlInput: { status: "passed" },
        words: { status: "skipped", cases: 0, reason: "the vendor gives text and nothing else" },
      },
    });
    expect(report.scenarios.errors?.cases).toBeGreaterThan(15);
    expect(JSON.parse(JSON.stringify(report)).scenarios).toEqual(report.scenarios);
  });

  test("a scenario with one failing case has failed", async () => {
    const definition = breakProvider(jobsSuite.definition, {
      transcript: ({ language: _language, ...others }) => others,
    });
    const suite = { ...jobsSuite, definition };
    const report = toReport(suite, await runConformance(suite));
    expect(report.scenarios.languageDetection?.status).toBe("failed");
    expect(report.scenarios.urlInput?.status).toBe("passed");
  });

  test("is written only where it is asked for", () => {
    const report = toReport(jobsSuite, []);
    vi.stubEnv("EARSHOT_CONFORMANCE_REPORT", "");
    writeReport(report);
    expect(readdirSync(folder)).toEqual([]);
    vi.stubEnv("EARSHOT_CONFORMANCE_REPORT", join(folder, "new"));
    writeReport(report);
    expect(JSON.parse(readFileSync(join(folder, "new", "jobs.json"), "utf8")).kind).toBe("jobs");
    writeReport(toReport({ ...jobsSuite, variant: "eu" }, []));
    expect(readdirSync(join(folder, "new"))).toEqual(["jobs.eu.json", "jobs.json"]);
  });
});

describe("readFixtures", () => {
  const write = (value: unknown): void => {
    writeFileSync(join(folder, "text.json"), JSON.stringify(value));
  };
  const read = (): unknown => readFixtures(pathToFileURL(folder))("text");

  test("reads bodies and lines", () => {
    write({
      source: "https://docs.example",
      status: 201,
      headers: { a: "b" },
      body: { text: "x" },
    });
    expect(read()).toEqual({
      source: "https://docs.example",
      status: 201,
      headers: { a: "b" },
      body: { text: "x" },
    });
    write({ source: "seen in the console", lines: ["data: 1", "", ""] });
    expect(read()).toMatchObject({ status: 200, headers: {}, body: "data: 1\n\n" });
  });

  test.each([
    [{ body: "x" }, "text.json does not say its `source`"],
    [{ source: "", body: "x" }, "text.json does not say its `source`"],
    [{ source: "x", status: "200" }, "`status`"],
    [{ source: "x", headers: { a: 1 } }, "`headers`"],
    [[1], "no JSON object"],
  ])("refuses %j", (value, words) => {
    write(value);
    expect(read).toThrow(words);
  });
});

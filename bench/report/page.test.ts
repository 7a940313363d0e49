import { describe, expect, it } from "vitest";
import { toMarkdown } from "./page.ts";
import { NO_RESULTS, rowOf } from "./results.fixture.ts";

const CASE = "64 KiB × 16, file first";

describe("toMarkdown", () => {
  it("shows every target, also those that were not measured", () => {
    const page = toMarkdown(NO_RESULTS);
    expect(page).toMatch(
      /requests a second, two workers +\| not measured +\| at least 1\.7 × one/u,
    );
    expect(page).not.toContain("## Throughput");
  });

  it("has a table for each case, with who failed and why", () => {
    const failed = {
      ...rowOf(CASE, "LiteLLM", []),
      figures: undefined,
      failure: "answered 500: a|b `c` <d>\nmore",
    };
    const throughput = [rowOf(CASE, "pipe", [0.5]), rowOf(CASE, "Earshot", [1]), failed];
    const page = toMarkdown({ ...NO_RESULTS, throughput });
    expect(page).toContain(`### ${CASE}`);
    expect(page).toMatch(/\| Earshot \| 1000 .* 2\.00 /u);
    expect(page).toContain("| LiteLLM | failed: answered 500: a b c d more |");
    expect(page).toContain("](charts/cpu.svg)");
    expect(page).not.toContain("charts/memory.svg");
  });

  it("names who took no part", () => {
    const page = toMarkdown({ ...NO_RESULTS, leftOut: { nginx: "it is not installed" } });
    expect(page).toContain("- nginx: it is not installed\n");
  });
});

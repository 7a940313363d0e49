import { describe, expect, test } from "vitest";
import { parseRetryAfter } from "./retry-after.ts";

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);
const parse = (headers: Readonly<Record<string, string>>): number | undefined =>
  parseRetryAfter((name) => headers[name], NOW);

describe("parseRetryAfter", () => {
  test.each([
    ["0", 0],
    ["1", 1000],
    ["1.5", 1500],
    [" 20 ", 20_000],
    ["86400", 3_600_000],
    ["Sun, 01 Nov 2026 12:00:30 GMT", 30_000],
    ["Sun, 01 Nov 2026 11:00:00 GMT", 0],
    ["Mon, 02 Nov 2026 12:00:00 GMT", 3_600_000],
  ])("%s", (value, expected) => {
    expect(parse({ "retry-after": value })).toBe(expected);
  });

  test.each(["", "-5", "soon", "NaN", "1e9", "12 apples"])("%j says nothing", (value) => {
    expect(parse({ "retry-after": value })).toBeUndefined();
  });

  test("milliseconds are preferred, unless they are nonsense", () => {
    expect(parse({ "retry-after-ms": "250", "retry-after": "9" })).toBe(250);
    expect(parse({ "retry-after-ms": "x", "retry-after": "9" })).toBe(9000);
    expect(parse({})).toBeUndefined();
  });
});

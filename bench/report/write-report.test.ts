import { describe, expect, it } from "vitest";
import { toJson } from "./write-report.ts";

describe("toJson", () => {
  it("keeps short arrays on a line and everything as it is", () => {
    const value = {
      spread: [1.5, 2],
      rounds: [{ shares: [0.5, 0.5] }],
      none: [],
      names: ["a", "b"],
    };
    const json = toJson(value);
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toContain('"spread": [1.5, 2],');
    expect(json).toContain('"shares": [0.5, 0.5]');
    expect(json).toContain('"names": ["a", "b"]');
    expect(json).toContain('"rounds": [\n    {');
  });
});

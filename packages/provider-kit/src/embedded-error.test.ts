import { describe, expect, test } from "vitest";
import { reportsError } from "./embedded-error.ts";

describe("an error is reported by", () => {
  test.each([
    { error: { message: "No." } },
    { error: "No." },
    { error: { message: "No." }, text: "Hello." },
    { error: true },
    { object: "error", message: "No." },
    { status: "error", text: "" },
    { status: "FAILED", text: " " },
    { success: false, text: "" },
    { success: "false", text: "" },
    { ok: false, text: "" },
    { code: 500, msg: "fail", text: "" },
    { code: "500", text: "" },
    { code: -1, text: "" },
    { status: 503, text: "" },
    { text: "", detail: "Out of memory" },
    { text: "", errors: ["Out of memory"] },
  ])("%j", (answer) => {
    expect(reportsError(answer)).toBe(true);
  });
});

describe("no error is reported by", () => {
  test.each([
    { text: "Hello.", error: 0 },
    { text: "Hello.", error: {} },
    { text: "Hello.", error: [] },
    { text: "Hello.", error: "none" },
    { text: "Hello.", error: null },
    { text: "Hello.", status: "error" },
    { text: "Hello.", success: false },
    { text: "Hello.", code: 500 },
    { text: "", status: "completed" },
    { text: "", status: 200, code: 0, success: true },
    { text: "", errors: [], detail: "" },
    { text: "", code: "en" },
    { status: "failed" },
  ])("%j", (answer) => {
    expect(reportsError(answer)).toBe(false);
  });
});

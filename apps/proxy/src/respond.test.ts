import { describe, expect, test } from "vitest";
import { requestIdOf } from "./log-requests.ts";
import { answerHeaders } from "./respond.ts";

const headersFor = (messages: readonly string[], names: { id?: string; model?: string } = {}) =>
  answerHeaders({
    requestId: "r",
    totalMs: 1,
    route: {
      deploymentId: names.id ?? "d",
      group: "g",
      model: names.model ?? "m",
      providerKind: "openai",
      attempts: [],
      fallbackCount: 0,
    },
    warnings: messages.map((message) => ({ param: "p", message })),
  });

const LEGAL = /^[\x20-\x7e]*$/u;

describe("x-earshot-warnings", () => {
  test("holds whole sentences up to 4 KiB, then how many more there are", () => {
    const messages = Array.from({ length: 900 }, (_, index) => `'field_${index}' was left out.`);
    const value = headersFor(messages)["x-earshot-warnings"] ?? "";
    expect(value.length).toBeLessThanOrEqual(4096);
    expect(value).toMatch(/^'field_0' was left out\. \| .*left out\. \| and \d+ more$/u);
    const shown = value.split(" | ").length - 1;
    expect(value).toContain(`and ${900 - shown} more`);
  });

  test("cuts one sentence that would fill it", () => {
    const value = headersFor(["\u00e4".repeat(10_000), "Second."])["x-earshot-warnings"] ?? "";
    expect(value).toMatch(/^(?:%C3%A4)+\.\.\. \| Second\.$/u);
    expect(value.length).toBeLessThanOrEqual(4096);
  });

  test("an ordinary one is as it is", () => {
    expect(headersFor(["One.", "Two."])["x-earshot-warnings"]).toBe("One. | Two.");
  });
});

test.each(["\ud800", "a\udfffb", "\u{1f600}", "line\r\nbreak", "\u0000", "\u0416", "\u007f"])(
  "%j anywhere makes headers that can be sent",
  (text) => {
    for (const value of Object.values(headersFor([text], { id: text, model: text })))
      expect(value).toMatch(LEGAL);
  },
);

test("names from configs and clients are cut, never within a character", () => {
  const headers = headersFor([], { id: "x".repeat(5000), model: "\u0416".repeat(5000) });
  expect(headers["x-earshot-deployment"]).toHaveLength(256);
  expect(headers["x-earshot-model"]).toMatch(/^(?:%D0%96)+\.\.\.$/u);
});

describe("the id of a request", () => {
  test.each(["req_1", "0123-abc", "a.b:c/d+e=@~"])("%s is taken over", (id) => {
    expect(requestIdOf(id)).toBe(id);
  });

  test.each([undefined, "", "a b", "\u00e4", "x".repeat(129), "a\tb", '"', "<script>"])(
    "%j is replaced",
    (id) => {
      expect(requestIdOf(id)).toMatch(/^[\da-f-]{36}$/u);
    },
  );
});

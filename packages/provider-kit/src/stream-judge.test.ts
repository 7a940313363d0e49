import type { TranscriptEvent } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { createStreamJudge } from "./stream-judge.ts";

const KEY = "sk-test-fake/0000+00000==";

/** What is shown after each piece. */
const shownAfter = (...pieces: readonly string[]): readonly string[] => {
  const judge = createStreamJudge({ provider: "acme", secrets: [KEY] });
  return pieces.map((text) =>
    judge([{ type: "delta", text }])
      .map((event) => (event.type === "delta" ? event.text : ""))
      .join(""),
  );
};

const refused = expect.objectContaining({ code: "bad_response", provider: "acme" });

test.each([
  [["Hello", ", ", "world", "."]],
  [["<i>", "la</i>"]],
  [["sk-test", "-drive"]],
  [["a ", "<html>", " tag"]],
  [["The key is ", "sk-test", "."]],
])("shows speech as it comes: %j", (pieces) => {
  expect(shownAfter(...pieces)).toEqual(pieces);
});

describe("waits for the next piece", () => {
  test.each([
    ["where a page may begin", ["<", "i>la"], ["", "<i>la"]],
    ["as long as one may", ["<!", "doc", "s>", "x"], ["", "", "<!docs>", "x"]],
    ["where a key may begin", ["It is ", "sk-test-f", "un"], ["It is ", "", "sk-test-fun"]],
    ["where a character is broken", ["\ufffd", "Hello, world"], ["", "\ufffdHello, world"]],
  ])("%s", (_when, pieces, shown) => {
    expect(shownAfter(...pieces)).toEqual(shown);
  });
});

describe("refuses", () => {
  test.each([
    ["a page", ["<!DOCTYPE html><html><body>502"]],
    ["a page in pieces", ["<", "html", ">"]],
    ["a page behind speech", ["Hello.", "<!DOCTYPE html><html>"]],
    ["XML", ['<?xml version="1.0"?>']],
    ["bytes", ["\u0000\u0001\u0002"]],
    ["bytes behind speech", ["Hello. ".repeat(100), "\u0000\u0001\u0002\ufffd".repeat(20)]],
    ["broken characters only", Array.from({ length: 120 }, () => "\ufffd")],
    ["a key", [`It is ${KEY}.`]],
    ["a key in two pieces", [`It is ${KEY.slice(0, 12)}`, KEY.slice(12)]],
    ["a key in many pieces", [...(KEY.match(/.{1,3}/gu) ?? [])]],
    ["a key in Base64 in two pieces", [btoa(KEY).slice(0, 9), btoa(KEY).slice(9)]],
  ])("%s", (_what, pieces) => {
    expect(() => shownAfter(...pieces)).toThrow(refused);
  });

  test("what is in a segment", () => {
    const judge = createStreamJudge({ provider: "acme" });
    const segment = { text: "<html><body>", startSeconds: 0, endSeconds: 1 };
    expect(() => judge([{ type: "segment", id: "0", segment }])).toThrow(refused);
  });
});

test("shows all that waits, in its order, when the transcript is there", () => {
  const judge = createStreamJudge({ provider: "acme", secrets: [KEY] });
  const delta: TranscriptEvent = { type: "delta", text: "<" };
  const segment: TranscriptEvent = {
    type: "segment",
    id: "0",
    segment: { text: "<", startSeconds: 0, endSeconds: 1 },
  };
  const done: TranscriptEvent = { type: "done", transcript: { text: "<", warnings: [] } };
  expect(judge([delta])).toEqual([]);
  expect(judge([segment])).toEqual([]);
  expect(judge([done])).toEqual([delta, segment, done]);
});

import type { TranscriptEvent } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { readText } from "./read-body.ts";
import { recogniseEvents } from "./read-stream.ts";
import { createStreamJudge } from "./read-stream.ts";

const answerOf = (type: string | undefined, pieces: readonly string[]) => {
  const state = { closed: false };
  const body = (async function* () {
    try {
      for (const piece of pieces) yield new TextEncoder().encode(piece);
    } finally {
      state.closed = true;
    }
  })();
  return { state, response: { status: 200, header: () => type, body } };
};

test.each([
  ["text/event-stream", ["<html>"], true],
  ["text/plain", ['data: {"type":"ping"}'], true],
  ["text/plain; charset=utf-8", ["\n", "da", "ta:", '{"type":"ping"}'], true],
  ["text/plain", ["event: a\ndata: {}\n\n"], true],
  ["", [": ping\n\n"], true],
  [undefined, ["id: 1\ndata: {}"], true],
  ["application/octet-stream", ["retry: 5\n"], true],
  ["text/plain", ["Data: it is everywhere."], false],
  ["text/plain", ["data: it is everywhere."], false],
  ["text/plain", [], false],
  ["application/json", ['data: {"type":"ping"}'], false],
])("%s that starts with %j", async (type, pieces, expected) => {
  const { response } = answerOf(type, pieces);
  const { isEvents, body } = await recogniseEvents(response);
  expect(isEvents).toBe(expected);
  expect(await readText({ body })).toBe(pieces.join(""));
});

test("lets the body go that nobody reads on", async () => {
  const { response, state } = answerOf("text/plain", ["Hello, ", "world."]);
  const { body } = await recogniseEvents(response);
  await body[Symbol.asyncIterator]().return?.();
  expect(state.closed).toBe(true);
});

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

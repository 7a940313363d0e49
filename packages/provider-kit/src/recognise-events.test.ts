import { expect, test } from "vitest";
import { readText } from "./read-body.ts";
import { recogniseEvents } from "./recognise-events.ts";

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

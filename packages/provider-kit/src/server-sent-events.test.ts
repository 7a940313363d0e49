import { describe, expect, test } from "vitest";
import { isHeartbeat, readServerSentEvents } from "./server-sent-events.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

const inPieces = async function* (bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
};

const read = async (text: string, size = 1_000_000): Promise<ServerSentEvent[]> => {
  const events: ServerSentEvent[] = [];
  const bytes = new TextEncoder().encode(text);
  for await (const event of readServerSentEvents(inPieces(bytes, size))) events.push(event);
  return events;
};

const data = (text: string): ServerSentEvent => ({ event: undefined, data: text });

describe("readServerSentEvents", () => {
  test.each([
    ["one event", "data: a\n\n", [data("a")]],
    ["several lines of data", "data: a\ndata: b\n\n", [data("a\nb")]],
    ["a named event", "event: done\ndata: {}\n\n", [{ event: "done", data: "{}" }]],
    [
      "a name for one event only",
      "event: x\ndata: 1\n\ndata: 2\n\n",
      [{ event: "x", data: "1" }, data("2")],
    ],
    ["no space after the colon", "data:a\n\n", [data("a")]],
    ["one space only is skipped", "data:  a\n\n", [data(" a")]],
    ["comments and other fields", ": ping\nid: 1\nretry: 5\ndata: a\n\n: ping\n\n", [data("a")]],
    ["a field without colon", "data\n\n", [data("")]],
    ["an event without data", "event: ping\n\ndata: a\n\n", [data("a")]],
    ["a byte order mark", "\ufeffdata: a\n\n", [data("a")]],
    ["no empty line at the end", "data: a\n\ndata: [DONE]", [data("a"), data("[DONE]")]],
    ["CRLF", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [data("a\nb"), data("c")]],
    ["CR", "data: a\r\rdata: b\r\r", [data("a"), data("b")]],
    ["colons in the data", 'data: {"a":"b: c"}\n\n', [data('{"a":"b: c"}')]],
    ["empty lines only", "\n\n\n", []],
    ["nothing", "", []],
  ])("%s", async (_what, text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  test("the pieces in which bytes arrive make no difference", async () => {
    const text =
      "event: ä\r\ndata: 日本\r\ndata: 🎧\r\n\r\n: x\r\n\r\ndata: b\n\ndata: c\r\rdata: d";
    const whole = await read(text);
    expect(whole).toHaveLength(4);
    for (const size of [1, 2, 3, 5, 7, 11]) expect(await read(text, size)).toEqual(whole);
  });

  test("an event is there as soon as its empty line is", async () => {
    const events = readServerSentEvents(
      (async function* () {
        yield new TextEncoder().encode("data: a\n\n");
        throw new Error("too late");
      })(),
    );
    expect(await events.next()).toEqual({ done: false, value: data("a") });
    await expect(events.next()).rejects.toThrow("too late");
  });

  test.each(["data: a\r\r", "data: a\r\n\r\n"])("%j is told before more comes", async (text) => {
    const events = readServerSentEvents(
      (async function* () {
        yield new TextEncoder().encode(text.slice(0, -1));
        yield new TextEncoder().encode(text.slice(-1));
        throw new Error("too late");
      })(),
    );
    expect(await events.next()).toEqual({ done: false, value: data("a") });
  });

  test.each([
    ["a web page", "<!DOCTYPE html>\n<html>\n</html>\n"],
    ["JSON", '{"text":"Hello."}'],
    ["plain text", "Hello.\n\n"],
  ])("%s is no event stream", async (_what, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: "bad_response" });
  });

  test.each([
    ["event of many lines", "data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"],
    ["event of empty lines", "data:\n"],
    ["row of comments", `: ${"ping".repeat(200)}\n`],
    ["row of events", `data: ${"a".repeat(1000)}\n\n`],
  ])("an endless %s is given up, and its body let go", async (_what, text) => {
    let closed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      const piece = new TextEncoder().encode(text.repeat(500));
      try {
        for (;;) yield piece;
      } finally {
        closed = true;
      }
    };
    const readAll = async (): Promise<void> => {
      for await (const event of readServerSentEvents(endless(), "acme"))
        expect(event.data).toBeDefined();
    };
    await expect(readAll()).rejects.toMatchObject({ code: "bad_response", provider: "acme" });
    expect(closed).toBe(true);
  });

  test("an endless line is refused, not collected", async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      const piece = new Uint8Array(1024 * 1024).fill(97);
      for (;;) yield piece;
    };
    await expect(readServerSentEvents(endless()).next()).rejects.toMatchObject({
      code: "bad_response",
    });
  });
});

test.each([
  [{ event: undefined, data: "" }, true],
  [{ event: "ping", data: "ping" }, true],
  [{ event: "keep-alive", data: "2026-01-01" }, true],
  [{ event: undefined, data: "[PING]" }, true],
  [{ event: "ping", data: '{"type":"ping"}' }, false],
  [{ event: "error", data: "" }, false],
  [{ event: undefined, data: "[DONE]" }, false],
])("%j is a heartbeat: %s", (event, expected) => {
  expect(isHeartbeat(event)).toBe(expected);
});

import type { Logger } from "@earshot/core";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whisperConfig } from "./fake-whisper.ts";
import { makeForm, startTestProxy } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

interface Line {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

const lines: Line[] = [];
const write =
  (level: string) =>
  (fields: Line["fields"], message: string): void => {
    lines.push({ level, fields, message });
  };
const logger: Logger = {
  debug: write("debug"),
  info: write("info"),
  warn: write("warn"),
  error: write("error"),
};

let upstream: FakeUpstream;
let answer: FakeAnswer;
let proxy: TestProxy;

beforeEach(async () => {
  lines.length = 0;
  answer = { body: { text: "Ask not." } };
  upstream = await startFakeUpstream(() => answer);
  proxy = await startTestProxy({ config: whisperConfig(upstream), logger });
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await upstream.close();
});

const authorization = "Bearer sk-1234";
const transcribe = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${proxy.url}${path}`, {
    method: "POST",
    headers: { authorization },
    body: makeForm([["model", "whisper-1"]]),
    ...init,
  });

const requestLines = (level = "info"): readonly Line[] =>
  lines.filter((line) => line.level === level && "durationMs" in line.fields);

const requestLine = (level?: string): Promise<Line> =>
  vi.waitFor(() => {
    const [line, ...others] = requestLines(level);
    if (line === undefined) throw new Error("Nothing was logged yet.");
    expect(others).toEqual([]);
    return line;
  });

test("an answered request is one line that says who answered", async () => {
  await (await transcribe("/v1/audio/transcriptions?api_key=sk-in-the-query")).text();
  const { fields, message } = await requestLine();
  expect(fields).toMatchObject({
    method: "POST",
    path: "/v1/audio/transcriptions",
    status: 200,
    attempts: 1,
    complete: true,
  });
  expect(fields["deployment"]).toMatch(/whisper/u);
  expect(message).toMatch(/^POST \/v1\/audio\/transcriptions 200 \d+ ms · /u);
  expect(JSON.stringify(lines)).not.toMatch(/sk-/u);
});

test("a refused request says why, without the key that was sent", async () => {
  const refused = await transcribe("/v1/audio/transcriptions", {
    headers: { authorization: "Bearer sk-wrong" },
  });
  await refused.text();
  const { fields, message } = await requestLine();
  expect(fields).toMatchObject({ status: 401, code: "unauthorized" });
  expect(message).toMatch(/401 .*The API key is wrong/u);
  expect(JSON.stringify(lines)).not.toMatch(/sk-/u);
});

test("a client that goes away is told from one that was answered", async () => {
  answer = { silent: true };
  const leaving = new AbortController();
  const request = transcribe("/v1/audio/transcriptions", { signal: leaving.signal });
  request.catch(() => {});
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1));
  leaving.abort();
  const { fields } = await requestLine();
  expect(fields).toMatchObject({ status: 499, code: "aborted", complete: false });
});

test("a stream is logged once, at its end", async () => {
  answer = {
    headers: { "content-type": "text/event-stream" },
    body: 'data: {"type":"transcript.text.delta","delta":"Ask not."}\n\n',
    ending: "hang",
  };
  const leaving = new AbortController();
  const streaming = await transcribe("/v1/audio/transcriptions", {
    signal: leaving.signal,
    body: makeForm([
      ["model", "gpt-4o-transcribe"],
      ["stream", "true"],
    ]),
  });
  await streaming.body?.getReader().read();
  expect(requestLines()).toEqual([]);
  leaving.abort();
  const { fields, message } = await requestLine();
  expect(fields).toMatchObject({ status: 200, complete: false });
  expect(message).toMatch(/the client went away$/u);
});

test("a stream that breaks says why, though its status was a success", async () => {
  answer = {
    headers: { "content-type": "text/event-stream" },
    body: 'data: {"type":"transcript.text.delta","delta":"Ask not."}\n\n',
    ending: "broken",
  };
  const form = makeForm([
    ["model", "gpt-4o-transcribe"],
    ["stream", "true"],
  ]);
  await (await transcribe("/v1/audio/transcriptions", { body: form })).text();
  const { fields, message } = await requestLine();
  expect(fields).toMatchObject({ status: 200, complete: true, code: "network" });
  expect(message).toMatch(/200 \d+ ms · openai\/gpt-4o-transcribe · The connection to \S+ failed/u);
});

test("probes are left to the debug log", async () => {
  await (await fetch(`${proxy.url}/health/liveliness`)).text();
  expect(await requestLine("debug")).toMatchObject({ fields: { status: 200 } });
  expect(requestLines("info")).toEqual([]);
});

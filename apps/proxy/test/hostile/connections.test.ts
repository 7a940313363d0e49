import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import { expect, onTestFinished, test } from "vitest";
import { whisperConfig } from "../fake-whisper.ts";
import { startTestProxy, toneWav } from "../test-proxy.ts";
import type { TestProxy, TestProxySettings } from "../test-proxy.ts";
import { dial } from "./raw-client.ts";
import { field, file, rawForm, rawHead, rawRequest } from "./raw-form.ts";

const good = rawRequest(rawForm([field("model", "whisper-1"), file(toneWav())]));

/** A proxy whose provider answers when it is told to, by default at once. */
const start = async (
  connections: NonNullable<TestProxySettings["connections"]>,
  told: Promise<void> = Promise.resolve(),
): Promise<TestProxy> => {
  const upstream = await startFakeUpstream(async () => {
    await told;
    return { body: { text: "Ask not." } };
  });
  const proxy = await startTestProxy({ config: whisperConfig(upstream), connections });
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    await upstream.close();
  });
  return proxy;
};

const every = (milliseconds: number, task: () => void): void => {
  const timer = setInterval(task, milliseconds);
  onTestFinished(() => clearInterval(timer));
};

test.each([
  ["sends nothing", ""],
  ["stops in the first word", "PO"],
  ["stops in the headers", "POST /v1/audio/transcriptions HTTP/1.1\r\nhost: loc"],
  ["sends an empty line", "\r\n"],
])("a connection that %s is closed", async (_, bytes) => {
  const proxy = await start({ headerTimeoutMs: 100 });
  using client = await dial(proxy.url);
  await client.send(bytes);
  expect((await client.answer()).status).toBe(408);
  await client.closed;
});

test.each([
  ["headers", "POST / HTTP/1.1\r\n", "a"],
  ["empty lines", "", "\r\n"],
])("a connection that trickles %s is closed", async (_, first, more) => {
  const proxy = await start({ headerTimeoutMs: 100 });
  using client = await dial(proxy.url);
  await client.send(first);
  every(5, () => void client.send(more));
  expect((await client.answer()).status).toBe(408);
});

test("five hundred silent connections are closed, and others are served meanwhile", async () => {
  const proxy = await start({ headerTimeoutMs: 1000 });
  const silent = await Promise.all(Array.from({ length: 500 }, () => dial(proxy.url)));
  using client = await dial(proxy.url);
  await client.send(good);
  expect((await client.answer()).status).toBe(200);
  await Promise.all(silent.map(async ({ closed }) => closed));
});

test("time in which a provider thinks is not the client's", async () => {
  const answered = Promise.withResolvers<void>();
  const proxy = await start({ responseIdleTimeoutMs: 50 }, answered.promise);
  using client = await dial(proxy.url);
  const timedOut = new Promise((resolve) => {
    proxy.server.once("request", (_, outgoing) => outgoing.once("timeout", resolve));
  });
  await client.send(good);
  await timedOut;
  answered.resolve();
  expect((await client.answer()).status).toBe(200);
});

test("requests that follow each other on a connection each have the whole time", async () => {
  const proxy = await start({ headerTimeoutMs: 300 });
  using client = await dial(proxy.url);
  for (let count = 0; count < 3; count++) {
    await client.send(rawHead({ "content-length": 0 }, "GET /health/liveliness HTTP/1.1"));
    expect((await client.answer()).status).toBe(200);
  }
});

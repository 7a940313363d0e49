import { silentLogger } from "@earshot/core";
import type { Logger } from "@earshot/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { dial } from "./hostile/raw-client.ts";
import type { RawAnswer } from "./hostile/raw-client.ts";
import { startTestProxy } from "./test-proxy.ts";

const KEY = "sk-test-odd-hosts-0123456789";
const MODELS = `model_list: [{ model_name: whisper-1, litellm_params: { model: whisper-1, api_key: sk-test } }]`;

/** Sends these lines to a proxy with these settings. */
const ask = async (
  lines: readonly string[],
  settings = "",
  logger: Logger = silentLogger,
): Promise<RawAnswer> => {
  const proxy = await startTestProxy({ config: `${MODELS}\n${settings}\n`, logger });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  using client = await dial(proxy.url);
  void client.send([...lines, "", ""].join("\r\n"));
  return await client.answer();
};

const errorOf = ({ body, headers }: RawAnswer): unknown => {
  expect(headers).toMatchObject({
    "content-type": expect.stringContaining("application/json"),
    "x-should-retry": "false",
  });
  return (JSON.parse(body) as { error: unknown }).error;
};

describe.each([
  ["without a key", ""],
  ["with a key", `general_settings: { master_key: ${KEY} }`],
])("%s", (_, settings) => {
  test.each([
    "0.0.0.0:4000",
    "0:4000",
    "[::]:4000",
    "127.0.0.1:",
    "localhost:",
    "LOCALHOST:4000",
    "[::ffff:127.0.0.1]:4000",
    "[0:0:0:0:0:0:0:1]",
    "ip6-localhost:4000",
    "localhost:80",
    "localhost.:4000",
    "",
  ])("the host '%s' is served", async (host) => {
    const head = ["GET /v1/models HTTP/1.1", `host: ${host}`, `authorization: Bearer ${KEY}`];
    expect(await ask(head, settings)).toMatchObject({ status: 200 });
  });

  test("HTTP/1.0 needs no host", async () => {
    const head = ["GET /v1/models HTTP/1.0", `authorization: Bearer ${KEY}`];
    expect(await ask(head, settings)).toMatchObject({ status: 200 });
  });

  test.each([
    ["GET / HTTP/1.1", "host: 127.0.0.1@evil.example"],
    ["GET / HTTP/1.1", "host: localhost/evil.example"],
    ["GET / HTTP/1.1", "host: localhost:8000:1"],
    ["GET / HTTP/1.1", "host: [::1"],
    ["GET / HTTP/1.1", "host: localhost:99999"],
    ["GET / HTTP/1.1", "accept: */*"],
    ["OPTIONS * HTTP/1.1", "host: localhost"],
    ["GET \\evil HTTP/1.1", "host: localhost"],
    ["GET http://[::1 HTTP/1.1", "host: localhost"],
  ])("%s with %s gets 400 that says why", async (...head) => {
    const answer = await ask(head, settings);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringMatching(/\w/u),
    });
  });
});

test.each([
  ["GET / HTTP/1.1", "host: evil.example"],
  ["GET / HTTP/1.1", "host: localhost/evil.example"],
  ["GET / HTTP/1.1", "accept: */*"],
  ["OPTIONS * HTTP/1.1", "host: localhost"],
])("the log has one line for %s with %s", async (...head) => {
  const info = vi.fn<Logger["info"]>();
  const { status, body } = await ask(head, "", { ...silentLogger, info });
  const { error } = JSON.parse(body) as { error: { message: string } };
  await vi.waitUntil(() => info.mock.calls.length > 0);
  expect(info.mock.calls).toEqual([
    [
      expect.objectContaining({ status, reason: error.message }),
      expect.stringContaining(error.message),
    ],
  ]);
});

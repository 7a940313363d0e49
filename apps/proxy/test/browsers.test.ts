import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { describe, expect, onTestFinished, test } from "vitest";
import { dial } from "./hostile/raw-client.ts";
import type { RawAnswer, RawClient } from "./hostile/raw-client.ts";
import { field, file, rawForm, rawHead, rawRequest } from "./hostile/raw-form.ts";
import { startTestProxy, toneWav } from "./test-proxy.ts";

const KEY = "sk-test-browsers-0123456789";
const EVIL = "https://evil.example";
const form = rawForm([field("model", "whisper-1"), file(toneWav())]);

interface Door {
  readonly upstream: FakeUpstream;
  readonly dial: () => Promise<RawClient>;
  readonly ask: (bytes: string | Uint8Array) => Promise<RawAnswer>;
}

/** A proxy with these settings, as YAML, and the provider behind it. */
const open = async (settings: string, host?: string): Promise<Door> => {
  const upstream = await startFakeUpstream(() => ({ body: { text: "Ask not." } }));
  const params = `{ model: whisper-1, api_key: sk-test, api_base: "${upstream.url}/v1" }`;
  const models = `model_list: [{ model_name: whisper-1, litellm_params: ${params} }]`;
  const config = `${models}\n${settings}\n`;
  const proxy = await startTestProxy({ config, ...(host === undefined ? {} : { host }) });
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    await upstream.close();
  });
  return {
    upstream,
    dial: () => dial(proxy.url),
    ask: async (bytes) => {
      using client = await dial(proxy.url);
      void client.send(bytes);
      return await client.answer();
    },
  };
};

const messageOf = ({ body }: RawAnswer): string => {
  const { error } = JSON.parse(body) as { error: { message: string; code: string } };
  expect(error).toMatchObject({ type: "invalid_request_error", code: "forbidden", param: null });
  return error.message;
};

const LISTED = `earshot_settings: { allowed_origins: ["https://one.example"] }`;
const NARROWED = `general_settings: { master_key: ${KEY} }\n${LISTED}`;

const ROUTES = [
  "POST /v1/audio/transcriptions",
  "POST /openai/deployments/whisper-1/audio/translations",
  "OPTIONS /v1/audio/transcriptions",
  "GET /",
  "GET /health",
  "GET /health/liveliness",
  "GET /health/readiness",
  "GET /v1/models",
  "GET /nowhere",
];

describe.each([
  ["a list of origins", LISTED],
  ["a list of origins and a key", NARROWED],
  ["no key and no list", ""],
])("with %s", (_, settings) => {
  test("a form of another page gets 403 before its body came, and costs nothing", async () => {
    const { dial: connect, upstream } = await open(settings);
    using client = await connect();
    const headers = { "content-length": 1_000_000, authorization: `Bearer ${KEY}`, origin: EVIL };
    await client.send(rawHead(headers));
    const answer = await client.answer();
    expect(answer.status).toBe(403);
    expect(messageOf(answer)).toContain(`'${EVIL}'`);
    expect(answer.headers).toMatchObject({ connection: "close", vary: "Origin" });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(upstream.requests).toEqual([]);
    client.end();
    await client.closed;
  });

  test("a client that waits for 100 Continue is not asked for the body", async () => {
    const { dial: connect } = await open(settings);
    using client = await connect();
    await client.send(rawHead({ "content-length": 100, expect: "100-continue", origin: EVIL }));
    expect((await client.answer()).status).toBe(403);
  });

  test.each(ROUTES)("another page gets 403 from %s", async (route) => {
    const { ask, upstream } = await open(settings);
    const headers = { origin: EVIL, "content-length": 0, "access-control-request-method": "POST" };
    const answer = await ask(rawHead(headers, `${route} HTTP/1.1`));
    expect(answer.status).toBe(403);
    expect(messageOf(answer)).toContain("earshot_settings.allowed_origins");
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.headers["access-control-allow-methods"]).toBeUndefined();
    expect(answer.headers["access-control-allow-private-network"]).toBeUndefined();
    expect(upstream.requests).toEqual([]);
  });

  test("an origin that is sent twice is none that is allowed", async () => {
    const { ask } = await open(settings);
    const head = rawHead({ "content-length": 0, origin: "https://one.example" }, "GET / HTTP/1.1");
    const answer = await ask(head.replace("host:", `origin: ${EVIL}\r\nhost:`));
    expect(answer.status).toBe(403);
  });

  test("a client without an origin is served", async () => {
    const { ask } = await open(settings);
    const answer = await ask(rawRequest(form, { authorization: `Bearer ${KEY}` }));
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

test("a listed page is served, and may read errors of every kind", async () => {
  const { ask, dial: connect } = await open(NARROWED);
  const origin = "https://one.example";
  const authorization = `Bearer ${KEY}`;
  const readable = { "access-control-allow-origin": origin, vary: "Origin" };
  expect(await ask(rawRequest(form, { authorization, origin }))).toMatchObject({
    status: 200,
    headers: readable,
  });
  expect(await ask(rawRequest(form, { origin }))).toMatchObject({ status: 401, headers: readable });
  const bare = { authorization, origin, "content-length": 0 };
  expect(await ask(rawHead(bare, "GET /nowhere HTTP/1.1"))).toMatchObject({
    status: 404,
    headers: readable,
  });
  // What Node itself cannot read as a body.
  using client = await connect();
  const head = rawHead({ authorization, origin, "transfer-encoding": "chunked" });
  await client.send(`${head}5\r\nhello\r\n`);
  await client.send("kilo\r\n");
  expect(await client.answer()).toMatchObject({ status: 400, headers: readable });
});

test("a page of this machine needs no setting; what a browser shows of others is refused", async () => {
  const { ask, upstream } = await open("");
  const origin = "http://localhost:5173";
  expect(await ask(rawRequest(form, { origin }))).toMatchObject({
    status: 200,
    headers: { "access-control-allow-origin": origin, vary: "Origin" },
  });
  const calls = upstream.requests.length;
  const image = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
  const answer = await ask(rawHead({ ...image, "content-length": 0 }, "GET /health HTTP/1.1"));
  expect(answer.status).toBe(403);
  expect(messageOf(answer)).toContain("master_key");
  expect(upstream.requests).toHaveLength(calls);
});

test("without a key a name that is not this machine's is refused, with and without an origin", async () => {
  const { ask, upstream } = await open("");
  for (const headers of [{}, { origin: "http://evil.example:8000" }]) {
    const host = "evil.example:8000";
    const answer = await ask(rawRequest(form, { ...headers, host }));
    expect(answer.status).toBe(403);
    expect(messageOf(answer)).toContain("'evil.example:8000'");
  }
  expect(upstream.requests).toEqual([]);
});

test("with a key, or where the network may call, programs are served by any name", async () => {
  const host = "speech.example.com";
  const guarded = await open(`general_settings: { master_key: ${KEY} }`);
  const authorization = `Bearer ${KEY}`;
  expect((await guarded.ask(rawRequest(form, { host, authorization }))).status).toBe(200);
  const page = await guarded.ask(rawRequest(form, { host, authorization, origin: EVIL }));
  expect(page).toMatchObject({ status: 200, headers: { "access-control-allow-origin": "*" } });
  const network = await open("", "0.0.0.0");
  expect((await network.ask(rawRequest(form, { host }))).status).toBe(200);
  expect((await network.ask(rawRequest(form, { host, origin: EVIL }))).status).toBe(403);
});

test("a * that the operator wrote is honoured, also without a key", async () => {
  const { ask } = await open(`earshot_settings: { allowed_origins: "*" }`);
  const answer = await ask(rawRequest(form, { host: "evil.example", origin: EVIL }));
  expect(answer).toMatchObject({ status: 200, headers: { "access-control-allow-origin": "*" } });
});

import { readdirSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { dial } from "./hostile/raw-client.ts";
import type { RawClient } from "./hostile/raw-client.ts";
import { chunk, field, file, rawForm, rawHead } from "./hostile/raw-form.ts";
import { startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy, TestProxySettings } from "./test-proxy.ts";
import { startWatchedUpstream } from "./watched-upstream.ts";
import type {
  WatchedRequest,
  WatchedUpstream,
  WatchedUpstreamSettings,
} from "./watched-upstream.ts";

// 3 MB: more than one upload keeps in memory here.
const AUDIO = toneWav(1, 94);
const MODEL = field("model", "whisper-1");

let running: AsyncDisposableStack;
afterEach(() => running.disposeAsync());

interface Setup {
  readonly proxy: TestProxy;
  readonly upstream: WatchedUpstream;
  readonly client: RawClient;
}

const setUp = async ({
  upstream: upstreamSettings = {},
  model = "openai/whisper-1",
  ...settings
}: Partial<TestProxySettings> & {
  upstream?: WatchedUpstreamSettings;
  model?: string;
} = {}): Promise<Setup> => {
  running = new AsyncDisposableStack();
  const upstream = running.use(await startWatchedUpstream(upstreamSettings));
  const base = model.startsWith("deepgram") ? upstream.url : `${upstream.url}/v1`;
  const entry = (name: string, target = model) =>
    `- { model_name: ${name}, litellm_params: { model: ${target}, api_key: sk-test-upstream, api_base: "${base}" } }`;
  const config = `model_list:\n${entry("whisper-1")}\n${entry("other", "openai/gpt-4o-transcribe")}\n${settings.config ?? ""}`;
  const proxy = running.use(await startTestProxy({ memoryBytes: 1_000_000, ...settings, config }));
  const client = running.use(await dial(proxy.url));
  return { proxy, upstream, client };
};

/** The audio inside a form that came to the provider, found by what surrounds a file. */
const audioIn = (request: WatchedRequest): Buffer => {
  const body = request.bytes();
  const start = body.indexOf("RIFF");
  return body.subarray(start, body.lastIndexOf("\r\n--"));
};

const expectAudio = (request: WatchedRequest): void => {
  expect(audioIn(request).equals(AUDIO)).toBe(true);
};

const fieldIn = (request: WatchedRequest, name: string): string | undefined =>
  new RegExp(`name="${name}"\\r\\n\\r\\n(.*?)\\r\\n`, "u").exec(
    request.bytes().toString("latin1"),
  )?.[1];

const head = (body: Buffer, headers = {}, requestLine?: string): string =>
  rawHead({ "content-length": body.length, ...headers }, requestLine);

const expectNothingLeft = ({ proxy }: Setup): Promise<void> =>
  vi.waitFor(() => {
    expect(proxy.budget.usedBytes).toBe(0);
    expect(readdirSync(proxy.spoolFolder)).toEqual([]);
  });

describe("the call starts while the client still sends", () => {
  const modelFirst = rawForm([MODEL, file(AUDIO)]);
  const fileFirst = rawForm([file(AUDIO)]);
  const azure = "/openai/deployments/whisper-1/audio/transcriptions?api-version=2024-06-01";
  const ways = {
    "the model comes before the file": { head: head(modelFirst), body: modelFirst },
    "a header names the model": {
      head: head(fileFirst, { "x-earshot-model": "whisper-1" }),
      body: fileFirst,
    },
    "the query names the model": {
      head: head(fileFirst, {}, "POST /v1/audio/transcriptions?model=whisper-1 HTTP/1.1"),
      body: fileFirst,
    },
    "the path names the model": {
      head: head(fileFirst, {}, `POST ${azure} HTTP/1.1`),
      body: fileFirst,
    },
  };
  test.each(Object.entries(ways))("when %s", async (_, request) => {
    const setup = await setUp();
    const { client, upstream } = setup;
    await client.send(request.head);
    await client.send(request.body.subarray(0, 20_000));
    // The client says nothing more until the provider has what it said.
    const call = await upstream.request(0);
    await call.received(15_000);
    const promised = Number(call.incoming.headers["content-length"]);
    await client.send(request.body.subarray(20_000, 1_500_000));
    await call.received(1_400_000);
    await client.send(request.body.subarray(1_500_000));
    expect(await client.answer()).toMatchObject({ status: 200, body: '{"text":"Ask not."}' });
    expectAudio(call);
    expect(fieldIn(call, "model")).toBe("whisper-1");
    expect(call.bytes()).toHaveLength(promised);
    expect(upstream.requests).toHaveLength(1);
    await expectNothingLeft(setup);
  });

  test("without a length where the client gives none", async () => {
    const { client, upstream } = await setUp();
    const body = rawForm([MODEL, file(AUDIO)]);
    await client.send(rawHead({ "transfer-encoding": "chunked" }));
    await client.send(chunk(body.subarray(0, 500_000)));
    const request = await upstream.request(0);
    await request.received(400_000);
    expect(request.incoming.headers["transfer-encoding"]).toBe("chunked");
    await client.send(Buffer.concat([chunk(body.subarray(500_000)), chunk("")]));
    expect(await client.answer()).toMatchObject({ status: 200 });
    expectAudio(request);
  });

  test("but the provider gets the end only when the form is whole", async () => {
    const { client, upstream } = await setUp({ model: "deepgram/nova-3" });
    const body = rawForm([MODEL, file(AUDIO)]);
    await client.send(head(body));
    const end = body.length - "\r\n--frontier--\r\n".length;
    await client.send(body.subarray(0, end));
    const request = await upstream.request(0);
    await request.received(AUDIO.length - 300_000);
    expect(request.bytes().length).toBeLessThan(AUDIO.length);
    expect(request.incoming.complete).toBe(false);
    await client.send(body.subarray(end));
    await client.answer();
    expect(request.bytes().equals(AUDIO)).toBe(true);
  });
});

describe("what comes after the file", () => {
  const sendInTwo = async ({ client, upstream }: Setup, body: Buffer): Promise<WatchedRequest> => {
    await client.send(head(body));
    await client.send(body.subarray(0, 2_000_000));
    const first = await upstream.request(0);
    await first.received(1_500_000);
    await client.send(body.subarray(2_000_000));
    return first;
  };

  test("starts the call anew when it changes it, from the same upload", async () => {
    const setup = await setUp();
    const body = rawForm([
      MODEL,
      file(AUDIO),
      field("language", "de"),
      field("temperature", "0.5"),
    ]);
    const first = await sendInTwo(setup, body);
    expect(await setup.client.answer()).toMatchObject({ status: 200 });
    expect(await first.ended).toBe(false);
    const second = await setup.upstream.request(1);
    expect(fieldIn(first, "language")).toBeUndefined();
    expect(fieldIn(second, "language")).toBe("de");
    expect(fieldIn(second, "temperature")).toBe("0.5");
    expectAudio(second);
    expect(setup.upstream.requests).toHaveLength(2);
    await expectNothingLeft(setup);
  });

  test("may name another model", async () => {
    const setup = await setUp();
    const body = rawForm([MODEL, file(AUDIO), field("model", "other")]);
    const first = await sendInTwo(setup, body);
    const second = await setup.upstream.request(1);
    expect(await first.ended).toBe(false);
    expect(await second.ended).toBe(true);
    expect(fieldIn(first, "model")).toBe("whisper-1");
    expect(fieldIn(second, "model")).toBe("gpt-4o-transcribe");
    expectAudio(second);
  });

  test("is refused when it is wrong, and the provider never got a whole request", async () => {
    const setup = await setUp();
    const body = rawForm([MODEL, file(AUDIO), field("temperature", "warm")]);
    const first = await sendInTwo(setup, body);
    expect(await setup.client.answer()).toMatchObject({
      status: 400,
      body: expect.stringContaining("temperature"),
    });
    expect(await first.ended).toBe(false);
    expect(setup.upstream.requests).toHaveLength(1);
    await expectNothingLeft(setup);
  });

  test("may be an epilogue, or a missing end of line: the whole audio arrives", async () => {
    const setup = await setUp();
    const body = rawForm([MODEL, file(AUDIO)], { epilogue: "That was all." });
    await sendInTwo(setup, body);
    expect(await setup.client.answer()).toMatchObject({ status: 200 });
    expectAudio(await setup.upstream.request(1));
    const bare = rawForm([MODEL, file(AUDIO)]).subarray(0, -2);
    await setup.client.send(head(bare));
    await setup.client.send(bare);
    expect(await setup.client.answer()).toMatchObject({ status: 200 });
    const last = setup.upstream.requests.at(-1);
    if (last !== undefined) expectAudio(last);
  });
});

describe("while the client sends", () => {
  const body = rawForm([MODEL, file(AUDIO)]);

  test("a deployment that fails is replaced, and the next one gets the audio from its beginning", async () => {
    const { client, upstream } = await setUp({
      config: "router_settings: { num_retries: 0, fallbacks: [{ whisper-1: [other] }] }",
      upstream: {
        onHead: (outgoing, index) => {
          if (index > 0) return;
          outgoing.writeHead(500, { "content-type": "application/json", connection: "close" });
          outgoing.end('{"error":{"message":"Out of order."}}');
        },
      },
    });
    await client.send(head(body));
    await client.send(body.subarray(0, 1_000_000));
    const second = await upstream.request(1);
    await second.received(900_000);
    await client.send(body.subarray(1_000_000));
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers["x-earshot-attempts"]).toBe("2");
    expectAudio(second);
  });

  test("a client that goes away takes the call with it", async () => {
    const setup = await setUp();
    await setup.client.send(head(body));
    await setup.client.send(body.subarray(0, 2_000_000));
    const request = await setup.upstream.request(0);
    await request.received(1_000_000);
    setup.client.socket.destroy();
    expect(await request.ended).toBe(false);
    await expectNothingLeft(setup);
  });

  test("a slow provider slows the client, and nothing piles up", async () => {
    const audio = Buffer.concat([AUDIO, Buffer.alloc(20_000_000, 7)]);
    const long = rawForm([MODEL, file(audio)]);
    const setup = await setUp({ upstream: { paused: true }, memoryBytes: 100_000 });
    const { client, upstream, proxy } = setup;
    await client.send(head(long));
    const sent = client.send(long);
    const request = await upstream.request(0);
    // The sockets on both sides fill up, then nothing moves any more.
    let written = -1;
    await vi.waitFor(
      () => {
        const before = written;
        written = client.socket.bytesWritten - client.socket.writableLength;
        expect(written).toBe(before);
      },
      { interval: 100 },
    );
    expect(client.socket.writableLength).toBeGreaterThan(0);
    expect(proxy.budget.usedBytes).toBeLessThan(2_000_000);
    request.incoming.resume();
    await sent;
    expect(await client.answer()).toMatchObject({ status: 200 });
    expect(audioIn(request).equals(audio)).toBe(true);
    await expectNothingLeft(setup);
  });
});

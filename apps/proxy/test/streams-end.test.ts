import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import OpenAI, { APIError, toFile } from "openai";
import { expect, test } from "vitest";
import { startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

const DELTA = `data: ${JSON.stringify({ type: "transcript.text.delta", delta: "word " })}\n\n`;

/** What comes after the first delta, for as long as the connection is open. */
type Rest = (response: ServerResponse) => void;

const repeat =
  (text: string): Rest =>
  (response) => {
    const timer = setInterval(() => response.write(text), 20);
    response.once("close", () => clearInterval(timer));
  };

/** A provider whose streams never end, in front of which a proxy has short limits. */
const setUp = async (rest: Rest, limits: string) => {
  const closed: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    request.once("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(DELTA);
      rest(response);
    });
    response.once("close", () => closed.push("upstream"));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const proxy = await startTestProxy({
    config: `
model_list:
- model_name: endless
  litellm_params:
    model: openai/gpt-4o-transcribe
    api_key: sk-test-upstream
    api_base: http://127.0.0.1:${port}/v1
    max_parallel_requests: 1
    ${limits}
`,
  });
  return {
    proxy,
    closed,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const openStream = async (proxy: TestProxy) => {
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: "sk-none", maxRetries: 0 });
  return client.audio.transcriptions.create({
    model: "endless",
    file: await toFile(toneWav(), "talk.wav"),
    stream: true,
  });
};

const readAll = async (proxy: TestProxy) => {
  const texts: string[] = [];
  try {
    for await (const event of await openStream(proxy))
      if (event.type === "transcript.text.delta") texts.push(event.delta);
  } catch (error) {
    return { texts, error };
  }
  return { texts, error: undefined };
};

interface EndlessStream {
  readonly name: string;
  readonly rest: Rest;
  readonly limits: string;
  readonly message: RegExp;
}

const idle = { limits: "stream_idle_timeout: 0.2", message: /sent nothing for 0\.2 s/u };
const streams: readonly EndlessStream[] = [
  { ...idle, name: "stands still", rest: () => {} },
  { ...idle, name: "only says that it is alive", rest: repeat(": ping\n\n") },
  { ...idle, name: "means nothing", rest: repeat('data: {"type":"heartbeat"}\n\n') },
  { ...idle, name: "sends half an event", rest: (response) => void response.write("data: {") },
  {
    ...idle,
    name: "stands still for stream_timeout",
    rest: () => {},
    limits: "stream_timeout: 0.2",
  },
  {
    name: "never ends",
    rest: repeat(DELTA),
    limits: "timeout: 0.4",
    message: /was not complete in time/u,
  },
];

test.each(streams)("a stream that $name ends with an error of the SDK", async (stream) => {
  await using world = await setUp(stream.rest, stream.limits);
  const { texts, error } = await readAll(world.proxy);
  expect(texts[0]).toBe("word ");
  expect(error).toBeInstanceOf(APIError);
  expect(String(error)).toMatch(stream.message);
  await expect.poll(() => world.closed).toEqual(["upstream"]);
  expect(world.proxy.gateway.health()).toMatchObject([
    { inFlight: 0, lastError: { code: "timeout" } },
  ]);
  // The only slot is free again.
  expect((await readAll(world.proxy)).texts[0]).toBe("word ");
});

test("a client that leaves in the middle frees the provider and its slot at once", async () => {
  await using world = await setUp(() => {}, "timeout: 60");
  const stream = await openStream(world.proxy);
  for await (const event of stream) if (event.type === "transcript.text.delta") break;
  stream.controller.abort();
  await expect.poll(() => world.closed).toEqual(["upstream"]);
  expect(world.proxy.gateway.health()).toMatchObject([{ inFlight: 0 }]);
  expect(world.proxy.gateway.health()[0]?.lastError).toBeUndefined();
});

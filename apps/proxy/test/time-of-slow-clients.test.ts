import { expect, test, vi } from "vitest";
import { dial } from "./hostile/raw-client.ts";
import { field, file, rawForm, rawHead } from "./hostile/raw-form.ts";
import { startTestProxy, toneWav } from "./test-proxy.ts";
import { startWatchedUpstream } from "./watched-upstream.ts";
import type { WatchedUpstreamSettings } from "./watched-upstream.ts";

const LIMIT_SECONDS = 0.2;

const setUp = async (settings: WatchedUpstreamSettings = {}) => {
  const running = new AsyncDisposableStack();
  const upstream = running.use(await startWatchedUpstream(settings));
  const proxy = running.use(
    await startTestProxy({
      memoryBytes: 1_000_000,
      config: `
model_list:
- model_name: whisper-1
  litellm_params: { model: openai/whisper-1, api_key: sk-test-upstream, api_base: ${upstream.url}/v1 }
router_settings: { timeout: ${LIMIT_SECONDS} }
`,
    }),
  );
  const client = running.use(await dial(proxy.url));
  return { client, upstream, [Symbol.asyncDispose]: () => running.disposeAsync() };
};

const silence = async (): Promise<void> => {
  const startedAtMs = performance.now();
  await vi.waitFor(
    () => expect(performance.now() - startedAtMs).toBeGreaterThan(LIMIT_SECONDS * 2500),
    { timeout: 5000 },
  );
};

test.each(["operator", "client"])(
  "a client that falls silent for longer than the %s's limit is not a slow provider",
  async (whose) => {
    await using setup = await setUp();
    const { client, upstream } = setup;
    const limits = whose === "client" ? [field("timeout", "0.1")] : [];
    const body = rawForm([field("model", "whisper-1"), ...limits, file(toneWav(1, 94))]);
    await client.send(rawHead({ "content-length": body.length }));
    await client.send(body.subarray(0, 1_000_000));
    await (await upstream.request(0)).received(900_000);
    await silence();
    await client.send(body.subarray(1_000_000));
    expect(await client.answer()).toMatchObject({ status: 200, body: '{"text":"Ask not."}' });
    expect(upstream.requests).toHaveLength(1);
  },
);

test("a provider that reads nothing is one, also when it stops the client with it", async () => {
  await using setup = await setUp({ paused: true });
  const { client } = setup;
  const audio = Buffer.concat([toneWav(1, 5), Buffer.alloc(20_000_000, 7)]);
  const body = rawForm([field("model", "whisper-1"), file(audio)]);
  await client.send(rawHead({ "content-length": body.length }));
  client.send(body).catch(() => {});
  const { status, body: text } = await client.answer();
  expect(status).toBe(504);
  expect(text).toContain(`There was no answer within ${LIMIT_SECONDS} s.`);
});

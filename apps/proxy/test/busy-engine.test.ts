import { once } from "node:events";
import { request } from "node:http";
import { TranscriptionError } from "@earshot/core";
import type { Logger, ProviderContext, ProviderDefinition } from "@earshot/core";
import { defineProvider } from "@earshot/provider-kit";
import { afterEach, expect, test } from "vitest";
import { field, file, rawForm } from "./hostile/raw-form.ts";
import { startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

interface Engine {
  readonly definition: ProviderDefinition;
  readonly callers: readonly (ProviderContext["caller"] | undefined)[];
  isFull: boolean;
}

/** A provider that divides something scarce among its callers. */
const createEngine = (kind: string): Engine => {
  const callers: ProviderContext["caller"][] = [];
  const definition = defineProvider({
    specVersion: 1,
    kind,
    displayName: "Engine",
    documentationUrl: "https://engine.example",
    environment: { apiKey: [], baseUrl: [] },
    requiresApiKey: false,
    capabilities: {
      default: {
        nativeFormats: [],
        wordTimestamps: "none",
        segmentTimestamps: false,
        diarization: false,
        maxKnownSpeakers: 0,
        streaming: false,
        translation: false,
        prompt: true,
        keywords: false,
        temperature: false,
        logprobs: false,
        languages: "any",
        languageDetection: true,
        urlInput: false,
        mediaTypes: "any",
      },
    },
    options: {},
    create: () => ({
      specVersion: 1,
      kind,
      id: kind,
      capabilities: definition.capabilities,
      transcribe: async ({ audio }, { caller }) => {
        callers.push(caller);
        if (engine.isFull)
          throw new TranscriptionError("queue_full", "Too much is waiting.", {
            retryAfterMs: 90_000,
          });
        if (audio.type === "file") for await (const piece of audio.open()) void piece;
        return { text: `heard by ${kind}`, warnings: [] };
      },
    }),
  });
  const engine: Engine = { definition, callers, isFull: false };
  return engine;
};

let proxy: TestProxy;
afterEach(() => proxy[Symbol.asyncDispose]());

const lines: string[] = [];
const log = (fields: object, message: string): void =>
  void lines.push(JSON.stringify({ ...fields, message }));
const logger: Logger = { debug: log, info: log, warn: log, error: log };

const start = async (engines: readonly Engine[], more = ""): Promise<void> => {
  const entries = engines.map(
    ({ definition: { kind } }, index) =>
      `- { model_name: speech, litellm_params: { model: ${kind}/any, order: ${index + 1} } }`,
  );
  proxy = await startTestProxy({
    config: `model_list:\n${entries.join("\n")}\n${more}`,
    providers: engines.map(({ definition }) => definition),
    logger,
  });
};

const ask = async (localAddress = "127.0.0.1", headers: Record<string, string> = {}) => {
  const body = rawForm([field("model", "speech"), file(toneWav(1, 20))]);
  const call = request(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    localAddress,
    headers: { "content-type": "multipart/form-data; boundary=frontier", ...headers },
  });
  call.end(body);
  const [answer] = await once(call, "response");
  const chunks: Buffer[] = await answer.toArray();
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) };
};

test("a full queue is 429 with the expected wait, and the engine is asked again at once", async () => {
  const engine = createEngine("busy");
  await start([engine], "router_settings: { allowed_fails: 0 }");
  engine.isFull = true;
  for (let turn = 0; turn < 3; turn++) {
    const { status, headers, body } = await ask();
    expect(status).toBe(429);
    expect(headers).toMatchObject({ "retry-after": "90", "x-should-retry": "true" });
    expect(JSON.parse(body.toString())).toMatchObject({
      error: { type: "rate_limit_error", code: "rate_limit_exceeded" },
    });
  }
  engine.isFull = false;
  expect(await ask()).toMatchObject({ status: 200 });
  expect(engine.callers).toHaveLength(4);
});

test("another deployment serves meanwhile, and the full one does not cool down", async () => {
  const [busy, other] = [createEngine("busy"), createEngine("other")];
  await start([busy, other], "router_settings: { allowed_fails: 0 }");
  busy.isFull = true;
  for (let turn = 0; turn < 3; turn++)
    expect((await ask()).headers["x-earshot-deployment"]).toBe("other/any");
  busy.isFull = false;
  expect((await ask()).headers["x-earshot-deployment"]).toBe("busy/any");
});

test.skipIf(process.platform !== "linux")(
  "callers are told apart by their address, and by nothing that they say",
  async () => {
    const engine = createEngine("quiet");
    await start([engine]);
    lines.length = 0;
    await ask("127.0.0.1");
    await ask("127.0.0.1", {
      authorization: "Bearer sk-test-any",
      "x-forwarded-for": "203.0.113.9",
    });
    await ask("127.0.0.2");
    const [first, same, other] = engine.callers;
    expect(engine.callers).toHaveLength(3);
    expect(first).toMatch(/^[\w-]{43}$/u);
    expect(same).toBe(first);
    expect(other).not.toBe(first);
    for (const caller of engine.callers) expect(lines.join()).not.toContain(caller);
  },
);

import { fileFromBytes } from "@earshot/audio";
import { readConfig } from "@earshot/config";
import type { GatewayRequest, TranscriptEvent } from "@earshot/core";
import {
  createFakeTransport,
  createVirtualClock,
  fieldValues,
  settle,
  speechSample,
} from "@earshot/provider-testkit";
import type { FakeVendor, FakeTransport, VirtualClock } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { createGateway } from "./create-gateway.ts";
import type { Gateway } from "./gateway.ts";

const CONFIG = `
model_list:
- model_name: whisper
  litellm_params: { model: openai/whisper-1, api_key: sk-test-one, order: 1 }
- model_name: whisper
  litellm_params:
    model: openai_compatible/large
    api_base: http://second.test/v1
    order: 2
- model_name: json-only
  litellm_params: { model: openai/gpt-transcribe, api_key: sk-test-one }
- model_name: lenient
  litellm_params: { model: openai/gpt-transcribe, api_key: sk-test-one, drop_params: true }
- model_name: limited
  litellm_params: { model: openai/gpt-4o-transcribe, api_key: sk-test-one }
- model_name: groq-like/*
  litellm_params: { model: openai_compatible/*, api_base: http://second.test/v1 }
`;

interface Setup {
  readonly gateway: Gateway;
  readonly clock: VirtualClock;
  readonly transport: FakeTransport;
}

const setUp = (vendor: FakeVendor, more = ""): Setup => {
  const { config } = readConfig({ text: CONFIG + more, fileName: "config.yaml", environment: {} });
  const transport = createFakeTransport(vendor);
  const clock = createVirtualClock();
  const gateway = createGateway(config, {
    environment: {},
    transport: transport.send,
    clock,
    random: () => 0,
  });
  return { gateway, clock, transport };
};

const ask = (model: string, more: Partial<GatewayRequest> = {}): GatewayRequest => ({
  model,
  audio: fileFromBytes(speechSample(), "talk.wav"),
  ...more,
});

const hello: FakeVendor = () => ({ body: { text: "hello" } });
const byHost =
  (first: FakeVendor, second: FakeVendor): FakeVendor =>
  (call, index) =>
    (call.url.startsWith("http://second.test") ? second : first)(call, index);

test("names the route that it took, with the model that a wildcard stands for", async () => {
  const { gateway, transport } = setUp(hello);
  const { transcript, route } = await gateway.transcribe(ask("groq-like/whisper-large-v3"));
  expect(transcript.text).toBe("hello");
  expect(route).toMatchObject({
    deploymentId: "openai_compatible/*",
    model: "whisper-large-v3",
    providerKind: "openai_compatible",
    fallbackCount: 0,
  });
  expect(route.attempts).toHaveLength(1);
  const [call] = transport.calls;
  expect(call && fieldValues(call, "model")).toEqual(["whisper-large-v3"]);
});

describe("what no deployment of the group can do", () => {
  test("is refused before any call, with what would work", async () => {
    const { gateway, transport } = setUp(hello);
    await expect(
      gateway.transcribe(ask("json-only", { responseFormat: "srt" })),
    ).rejects.toMatchObject({
      code: "unsupported_feature",
      param: "response_format",
      message: expect.stringContaining("json") as string,
    });
    expect(transport.started()).toBe(0);
  });

  test("becomes a warning with drop_params, where an answer is possible without it", async () => {
    const { gateway } = setUp(() => ({
      body: { text: "hello", usage: { type: "duration", seconds: 1 } },
    }));
    const { transcript } = await gateway.transcribe(
      ask("lenient", { responseFormat: "verbose_json", extra: { smart_format: "true" } }),
    );
    expect(transcript.text).toBe("hello");
    expect(transcript.warnings.map((warning) => warning.param)).toContain("smart_format");
  });
});

describe("an option that only some deployments know", () => {
  test("is refused when none of the group knows it, naming who does", async () => {
    const { gateway, transport } = setUp(hello);
    await expect(
      gateway.transcribe(ask("json-only", { extra: { beam_size: ["5"] } })),
    ).rejects.toMatchObject({
      code: "unsupported_feature",
      param: "beam_size",
    });
    expect(transport.started()).toBe(0);
  });

  test("leads to the deployment that knows it, without a call to the other", async () => {
    const { gateway, transport } = setUp(hello);
    const { route } = await gateway.transcribe(ask("whisper", { extra: { hotwords: ["Ada"] } }));
    expect(route.providerKind).toBe("openai_compatible");
    expect(transport.calls).toHaveLength(1);
    const [call] = transport.calls;
    expect(call && fieldValues(call, "hotwords")).toEqual(["Ada"]);
  });
});

describe("an empty transcript", () => {
  const silence: FakeVendor = () => ({ body: { text: "" } });

  test("is an answer by default", async () => {
    const { gateway, transport } = setUp(byHost(silence, hello));
    const { transcript } = await gateway.transcribe(ask("whisper"));
    expect(transcript.text).toBe("");
    expect(transport.calls).toHaveLength(1);
  });

  test("moves on to another deployment with the policy `fallback`", async () => {
    const { gateway } = setUp(
      byHost(silence, hello),
      "earshot_settings: { empty_transcript: fallback }",
    );
    const { transcript, route } = await gateway.transcribe(ask("whisper"));
    expect(transcript.text).toBe("hello");
    expect(route.attempts).toHaveLength(2);
  });

  test("is handed out after all when nobody heard anything", async () => {
    const { gateway } = setUp(silence, "earshot_settings: { empty_transcript: fallback }");
    const { transcript, route } = await gateway.transcribe(ask("whisper"));
    expect(transcript.text).toBe("");
    expect(route.attempts).toHaveLength(2);
  });

  test("is a 422 with the policy `error`", async () => {
    const { gateway } = setUp(silence, "earshot_settings: { empty_transcript: error }");
    await expect(gateway.transcribe(ask("whisper"))).rejects.toMatchObject({
      code: "empty_transcript",
    });
  });
});

const collect = (events: AsyncIterable<TranscriptEvent>): Promise<TranscriptEvent[]> =>
  Array.fromAsync(events);

const sse = (...events: readonly object[]): { headers: Record<string, string>; body: string } => ({
  headers: { "content-type": "text/event-stream" },
  body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""),
});

const inFlightOf = (gateway: Gateway): number =>
  gateway.health().reduce((sum, entry) => sum + entry.inFlight, 0);

describe("a stream", () => {
  test("fails over as long as nothing has arrived", async () => {
    const { gateway } = setUp(byHost(() => ({ status: 503 }), hello));
    const { events, route } = await gateway.stream(ask("whisper", { numRetries: 0 }));
    expect((await collect(events)).map((event) => event.type)).toEqual(["delta", "done"]);
    expect(route.providerKind).toBe("openai_compatible");
  });

  test("gives its slot back when it is over, when it breaks and when nobody reads it", async () => {
    const { gateway } = setUp(() =>
      sse(
        { type: "transcript.text.delta", delta: "hel" },
        { type: "transcript.text.done", text: "hel" },
      ),
    );
    const inFlight = (): number => inFlightOf(gateway);
    const first = await gateway.stream(ask("json-only"));
    const second = await gateway.stream(ask("json-only"));
    expect(inFlight()).toBe(2);
    await collect(first.events);
    await second.events[Symbol.asyncIterator]().return?.();
    await expect.poll(inFlight).toBe(0);
  });

  test("fails over also after events that say nothing", async () => {
    const silent = sse({ type: "transcript.text.delta", delta: "" }, { type: "unheard.of" });
    const { gateway } = setUp(byHost(() => ({ ...silent, ending: "broken" }), hello));
    const { events, route } = await gateway.stream(ask("whisper", { numRetries: 0 }));
    expect((await collect(events)).at(-1)).toMatchObject({ transcript: { text: "hello" } });
    expect(route.attempts.map(({ error }) => error?.code)).toEqual(["network", undefined]);
  });

  test("ends with the provider's call cancelled when it stands still", async () => {
    const begun = sse({ type: "transcript.text.delta", delta: "hel" });
    const { gateway, transport, clock } = setUp(() => ({ ...begun, ending: "hang" }));
    const { events } = await gateway.stream(ask("json-only"));
    const collected = collect(events);
    collected.catch(() => {});
    await settle();
    await clock.advance(60_000);
    await expect(collected).rejects.toMatchObject({
      code: "timeout",
      message: "The stream of openai/gpt-transcribe sent nothing for 60 s (stream_idle_timeout).",
    });
    await expect.poll(() => transport.openBodies()).toBe(0);
    expect(inFlightOf(gateway)).toBe(0);
  });

  test("gives its slot back with its last event, not when the client has read it", async () => {
    const { gateway } = setUp(() => sse({ type: "transcript.text.done", text: "hel" }));
    const { events } = await gateway.stream(ask("json-only"));
    const iterator = events[Symbol.asyncIterator]();
    await iterator.next();
    expect(await iterator.next()).toMatchObject({ value: { type: "done" } });
    expect(inFlightOf(gateway)).toBe(0);
  });
});

test("language and languages together are refused, a name is understood, `auto` means none", async () => {
  const { gateway, transport } = setUp(hello);
  await expect(
    gateway.transcribe(ask("whisper", { language: "en", languages: ["en"] })),
  ).rejects.toMatchObject({ code: "invalid_request", param: "languages" });
  await gateway.transcribe(ask("whisper", { language: "German" }));
  await gateway.transcribe(ask("whisper", { language: "auto" }));
  expect(transport.calls.map((call) => fieldValues(call, "language"))).toEqual([["de"], []]);
});

test("lists the models, wildcards spelled out as far as they are known", () => {
  const { gateway } = setUp(hello);
  expect(gateway.models().map((model) => model.id)).toEqual(
    expect.arrayContaining(["whisper", "json-only", "lenient"]),
  );
  // One of the two deployments lives on, so the name does.
  expect(gateway.models().find((model) => model.id === "whisper")?.shutdownDate).toBeUndefined();
});

test("all problems of a config's deployments come at once, with their lines", () => {
  const { config } = readConfig({
    text: `model_list:
- model_name: a
  litellm_params: { model: nobody/x }
- model_name: b
  litellm_params: { model: openai/whisper-1 }
- model_name: c
  litellm_params: { model: azure/x, api_key: test-key, api_version: 2024-10-21 }
`,
    fileName: "config.yaml",
    environment: {},
  });
  expect(() => createGateway(config, { environment: {} })).toThrow(
    expect.objectContaining({
      diagnostics: [
        expect.objectContaining({ line: 2, message: expect.stringContaining("nobody") as string }),
        expect.objectContaining({
          line: 4,
          remedy: expect.stringContaining("OPENAI_API_KEY") as string,
        }),
        expect.objectContaining({ line: 6 }),
      ] as unknown,
    }),
  );
});

test("audio that is not measured to its end still goes to a provider with a limit on length", async () => {
  const head = Buffer.from("OpusHead\u0001\u0001\0\0\u0080\u00bb\0\0\0\0\0", "latin1");
  const page = (flags: number, lacing: readonly number[], body: Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.from(`OggS\0${String.fromCharCode(flags)}`, "latin1"),
      Buffer.alloc(20),
      Uint8Array.of(lacing.length, ...lacing),
      body,
    ]);
  const empty = page(
    0,
    Array.from({ length: 255 }, () => 0),
    Buffer.alloc(0),
  );
  const first = page(2, [head.length], head);
  const audio = fileFromBytes(
    Buffer.concat([first, Buffer.alloc(8000 * empty.length, empty)]),
    "endless.ogg",
  );
  const { gateway } = setUp(hello);
  const { transcript } = await gateway.transcribe(ask("limited", { audio }));
  expect(transcript.text).toBe("hello");
});

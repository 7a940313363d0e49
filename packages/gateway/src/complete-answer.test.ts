import { fileFromBytes } from "@earshot/audio";
import { readConfig } from "@earshot/config";
import type { GatewayRequest, ResponseFormat } from "@earshot/core";
import { renderEvents, renderTranscript } from "@earshot/formats";
import {
  createFakeTransport,
  createVirtualClock,
  fieldValues,
  speechSample,
} from "@earshot/provider-testkit";
import type { FakeTransport, FakeVendor } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { createGateway } from "./create-gateway.ts";
import type { Gateway } from "./gateway.ts";

const CONFIG = `
model_list:
- model_name: untimed
  litellm_params: { model: openai/gpt-4o-transcribe, api_key: sk-test-one }
- model_name: half-lenient
  litellm_params: { model: openai/gpt-4o-transcribe, api_key: sk-test-one, order: 1 }
- model_name: half-lenient
  litellm_params:
    model: openai/gpt-4o-mini-transcribe
    api_key: sk-test-one
    drop_params: true
    order: 2
- model_name: compatible
  litellm_params: { model: openai_compatible/large, api_base: http://second.test/v1 }
`;

const setUp = (vendor: FakeVendor): { gateway: Gateway; transport: FakeTransport } => {
  const { config } = readConfig({ text: CONFIG, fileName: "config.yaml", environment: {} });
  const transport = createFakeTransport(vendor);
  const gateway = createGateway(config, {
    environment: {},
    transport: transport.send,
    clock: createVirtualClock(),
    random: () => 0,
  });
  return { gateway, transport };
};

const ask = (model: string, more: Partial<GatewayRequest> = {}): GatewayRequest => ({
  model,
  audio: fileFromBytes(speechSample(), "talk.wav"),
  ...more,
});

/** Recognised as WAV, but nothing in it can be read; too large to be probed for being too short. */
const unmeasurable = (): GatewayRequest["audio"] =>
  fileFromBytes(new TextEncoder().encode(`RIFF\0\0\0\0WAVE${"junk".repeat(2000)}`), "talk.wav");

const hello: FakeVendor = () => ({ body: { text: "hello" } });

describe("subtitles without measured words", () => {
  const segmented =
    (seconds: number, ...texts: readonly string[]): FakeVendor =>
    () => ({
      body: {
        text: texts.join(" "),
        duration: seconds * texts.length,
        language: "english",
        segments: texts.map((text, index) => ({
          start: index * seconds,
          end: (index + 1) * seconds,
          text,
        })),
      },
    });
  const long = "word ".repeat(40).trim();

  test("say that the times of cues inside a longer segment are estimated", async () => {
    const { gateway } = setUp(segmented(20, long));
    const { transcript } = await gateway.transcribe(ask("compatible", { responseFormat: "srt" }));
    expect(transcript.warnings).toEqual([
      { param: "response_format", message: expect.stringContaining("estimated") as string },
    ]);
  });

  test("say nothing where every cue starts with a segment", async () => {
    const { gateway } = setUp(segmented(3, "One thing was said here.", "Then came another one."));
    const { transcript } = await gateway.transcribe(ask("compatible", { responseFormat: "srt" }));
    expect(transcript.warnings).toEqual([]);
  });
});

describe("with drop_params, a model without any times", () => {
  const drop = (responseFormat: ResponseFormat, more: Partial<GatewayRequest> = {}) =>
    ask("untimed", { responseFormat, dropParams: true, ...more });

  test.each(["srt", "vtt"] as const)(
    "gives %s over the measured length, marked as estimated",
    async (responseFormat) => {
      const { gateway } = setUp(hello);
      const { transcript } = await gateway.transcribe(drop(responseFormat));
      expect(transcript.segments).toEqual([{ text: "hello", startSeconds: 0, endSeconds: 1 }]);
      expect(transcript.warnings).toEqual([
        { param: "response_format", message: expect.stringContaining("estimates") as string },
      ]);
      const { body } = renderTranscript(transcript, { responseFormat });
      expect(body).toMatch(/00:00:00[,.]000 --> 00:00:01[,.]000\nhello/u);
    },
  );

  test("gives the same at the end of a stream", async () => {
    const { gateway } = setUp(() => ({
      headers: { "content-type": "text/event-stream" },
      body: `data: ${JSON.stringify({ type: "transcript.text.done", text: "hello" })}\n\n`,
    }));
    const { events } = await gateway.stream(drop("srt"));
    const frames = await Array.fromAsync(renderEvents(events, { responseFormat: "srt" }));
    expect(frames.at(-1)).toContain("00:00:00,000 --> 00:00:01,000");
    expect(frames.at(-1)).toContain("estimates");
  });

  test("is not called when the length cannot be measured either", async () => {
    const { gateway, transport } = setUp(hello);
    await expect(gateway.transcribe(drop("srt", { audio: unmeasurable() }))).rejects.toMatchObject({
      code: "unsupported_feature",
      param: "response_format",
      message: expect.stringContaining("cannot be measured") as string,
    });
    await expect(gateway.stream(drop("vtt", { audio: unmeasurable() }))).rejects.toMatchObject({
      code: "unsupported_feature",
    });
    expect(transport.started()).toBe(0);
  });

  test("is not called for a deployment that keeps drop_params off", async () => {
    const { gateway, transport } = setUp(hello);
    await expect(
      gateway.transcribe(ask("half-lenient", { responseFormat: "srt", numRetries: 0 })),
    ).resolves.toMatchObject({ route: { deploymentId: "openai/gpt-4o-mini-transcribe" } });
    expect(transport.calls.map((call) => fieldValues(call, "model"))).toEqual([
      ["gpt-4o-mini-transcribe"],
    ]);
  });

  test("answers diarized_json with one warning for the times and one for the speakers", async () => {
    const { gateway } = setUp(hello);
    const { transcript } = await gateway.transcribe(drop("diarized_json"));
    expect(transcript.warnings.map(({ param }) => param).toSorted()).toEqual([
      "diarize",
      "response_format",
    ]);
    expect(transcript.durationSeconds).toBe(1);
  });

  test("says so where the length that verbose_json names is not known", async () => {
    const { gateway } = setUp(hello);
    const { transcript } = await gateway.transcribe(
      drop("verbose_json", { audio: unmeasurable() }),
    );
    expect(transcript.durationSeconds).toBeUndefined();
    expect(transcript.warnings.map(({ message }) => message).join(" ")).toContain("duration is 0");
  });
});

describe("the duration that a provider does not give", () => {
  const timed: FakeVendor = () => ({
    body: { text: "hello", segments: [{ start: 0.2, end: 0.5, text: "hello" }] },
  });
  const counted = (): { audio: GatewayRequest["audio"]; reads: () => number } => {
    const file = fileFromBytes(speechSample({ seconds: 2 }), "talk.wav");
    let reads = 0;
    const read = (start: number, end: number): Promise<Uint8Array> => {
      // Every request has its container recognised by the first bytes.
      if (end > 64) reads += 1;
      return file.read?.(start, end) ?? Promise.resolve(new Uint8Array());
    };
    return { audio: { ...file, open: () => file.open(), read }, reads: () => reads };
  };

  test("is measured for verbose_json, once the answer is there", async () => {
    const { gateway } = setUp(timed);
    const { audio, reads } = counted();
    const request = ask("compatible", { responseFormat: "verbose_json", audio });
    expect((await gateway.transcribe(request)).transcript.durationSeconds).toBe(2);
    expect(reads()).toBeGreaterThan(0);
  });

  test.each(["json", "text", "srt"] as const)("is not measured for %s", async (responseFormat) => {
    const { gateway } = setUp(timed);
    const { audio, reads } = counted();
    await gateway.transcribe(ask("compatible", { responseFormat, audio }));
    expect(reads()).toBe(0);
  });

  test("is not measured when the provider gave it", async () => {
    const { gateway } = setUp(() => ({
      body: { text: "hi", duration: 3, segments: [{ start: 0, end: 1, text: "hi" }] },
    }));
    const { audio, reads } = counted();
    const request = ask("compatible", { responseFormat: "verbose_json", audio });
    expect((await gateway.transcribe(request)).transcript.durationSeconds).toBe(3);
    expect(reads()).toBe(0);
  });

  test("does not cost the answer when the audio cannot be measured", async () => {
    const { gateway } = setUp(timed);
    const audio = unmeasurable();
    const request = ask("compatible", { responseFormat: "verbose_json", audio });
    expect((await gateway.transcribe(request)).transcript.text).toBe("hello");
  });
});

import { fileFromBytes } from "@earshot/audio";
import { readConfig } from "@earshot/config";
import type { GatewayRequest } from "@earshot/core";
import {
  createFakeTransport,
  createVirtualClock,
  fieldValues,
  speechSample,
} from "@earshot/provider-testkit";
import type { FakeVendor } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { createGateway } from "./create-gateway.ts";

const CONFIG = `
model_list:
- model_name: whisper
  litellm_params: { model: openai_compatible/large, api_base: http://first.test/v1 }
`;

const setUp = (vendor: FakeVendor, more = "") => {
  const { config } = readConfig({ text: CONFIG + more, fileName: "config.yaml", environment: {} });
  const transport = createFakeTransport(vendor);
  const clock = createVirtualClock({ autoAdvance: true });
  const gateway = createGateway(config, {
    environment: {},
    transport: transport.send,
    clock,
    random: () => 0,
  });
  const ask = (asked: Partial<GatewayRequest>) =>
    gateway.transcribe({
      model: "whisper",
      audio: fileFromBytes(speechSample(), "talk.wav"),
      ...asked,
    });
  return { ask, clock, gateway, transport };
};

const busy =
  (headers: Record<string, string> = {}): FakeVendor =>
  () => ({ status: 429, headers });

describe("a client's num_retries", () => {
  test.each([
    [100, "router_settings: { num_retries: 3 }\n", 4],
    [100, "", 3],
    [100, "router_settings: { retry_policy: { RateLimitErrorRetries: 1 } }\n", 2],
    [0, "router_settings: { num_retries: 3 }\n", 1],
  ])("of %s under %j makes %s calls", async (numRetries, more, calls) => {
    const { ask, transport } = setUp(busy(), more);
    await expect(ask({ numRetries })).rejects.toMatchObject({ code: "rate_limited" });
    expect(transport.started()).toBe(calls);
  });

  test.each([{ "retry-after": "0" }, { "retry-after-ms": "0" }, { "retry-after": "-3" }])(
    "leaves pauses where the vendor answers %j",
    async (headers) => {
      const { ask, clock } = setUp(busy(headers));
      await expect(ask({ numRetries: 100 })).rejects.toMatchObject({ code: "rate_limited" });
      expect(clock.sleeps).toEqual([250, 500]);
    },
  );
});

describe("a client's options", () => {
  const hello: FakeVendor = () => ({ body: { text: "hello" } });
  const names = ["api_key", "api_base", "base_url", "Extra_Headers", "extra-body", "api_base[x]"];

  test.each(names)("never carry %s to a server that takes every name", async (name) => {
    const { ask, transport } = setUp(hello);
    const expected = { code: "unsupported_feature", param: name };
    await expect(ask({ extra: { [name]: "http://evil.test" } })).rejects.toMatchObject(expected);
    await expect(
      ask({ providerOptions: { openai_compatible: { [name]: "http://evil.test" } } }),
    ).rejects.toMatchObject(expected);
    expect(transport.calls).toHaveLength(0);
    const extra = { [name]: "http://evil.test", own_field: "kept" };
    const { transcript } = await ask({ extra, dropParams: true });
    expect(transcript.warnings).toMatchObject([{ param: name }]);
    expect(JSON.stringify(transport.calls)).not.toContain("evil.test");
    expect(transport.calls.map((call) => fieldValues(call, "own_field"))).toEqual([["kept"]]);
  });
});

import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer } from "@earshot/provider-testkit/upstream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { makeForm, startTestProxy } from "./test-proxy.ts";

const DAY_MS = 86_400_000;
const realNow = Date.now;

afterEach(() => {
  vi.restoreAllMocks();
});

const setWallClock = (byMs: number): void => {
  vi.spyOn(Date, "now").mockImplementation(() => realNow() + byMs);
};

/** The model first, so that the call begins while the audio arrives. */
const form = (): FormData => makeForm([["model", "whisper"]], { fileFirst: false });

/** Sends one request to a provider that is so slow, and sets the wall clock meanwhile. */
const sendDuringJump = async (answer: () => Promise<FakeAnswer>, jumpMs: number) => {
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  const upstream = await startFakeUpstream(async () => {
    isAsked();
    return answer();
  });
  await using proxy = await startTestProxy({
    config: `
model_list:
- model_name: whisper
  litellm_params: { model: openai/whisper-1, api_key: sk-test-upstream, api_base: ${upstream.url}/v1 }
router_settings: { timeout: 0.4 }
`,
  });
  const startedAtMs = performance.now();
  const answered = fetch(`${proxy.url}/v1/audio/transcriptions`, { method: "POST", body: form() });
  await asked;
  setWallClock(jumpMs);
  const { status } = await answered;
  const tookMs = performance.now() - startedAtMs;
  await upstream.close();
  return { status, tookMs };
};

describe.each([DAY_MS, -DAY_MS])("a wall clock that jumps by %s ms", (jumpMs) => {
  test("does not end a call that is in time", async () => {
    const { promise: later, resolve } = Promise.withResolvers<FakeAnswer>();
    setTimeout(() => resolve({ body: { text: "Ask not." } }), 200);
    const { status } = await sendDuringJump(() => later, jumpMs);
    expect(status).toBe(200);
  });

  test("does not keep one alive that is not", async () => {
    const silent = async (): Promise<FakeAnswer> => ({ silent: true });
    const { status, tookMs } = await sendDuringJump(silent, jumpMs);
    expect(status).toBe(504);
    expect(tookMs).toBeGreaterThan(390);
    expect(tookMs).toBeLessThan(5000);
  });
});

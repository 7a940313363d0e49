import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFakeWhisper } from "./fake-whisper.ts";
import { makeForm, startTestProxy, toneWav } from "./test-proxy.ts";

let sick: FakeUpstream;
let healthy: FakeUpstream;
let answer: FakeAnswer;

const deployment = (url: string, order: number): string => `
- model_name: whisper
  litellm_params: { model: openai/whisper-1, api_key: sk-test-upstream, api_base: ${url}/v1, order: ${order} }`;

/** The sick deployment is always asked first. */
const config = (): string => `
model_list:${deployment(sick.url, 1)}${deployment(healthy.url, 2)}
router_settings: { num_retries: 0, allowed_fails: 2, cooldown_time: 60 }
`;

const ask = async (url: string): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${url}/v1/audio/transcriptions`, {
    method: "POST",
    body: makeForm([["model", "whisper"]], { audio: toneWav(1, 0.1) }),
  });
  return { status: response.status, text: await response.text() };
};

beforeAll(async () => {
  sick = await startFakeUpstream(() => answer);
  healthy = await startFakeWhisper();
});
afterAll(async () => {
  await Promise.all([sick.close(), healthy.close()]);
});

const said = (status: number, message: string, details = {}): FakeAnswer => ({
  status,
  body: { error: { message, ...details } },
});

const MOVES_ON: readonly FakeAnswer[] = [
  ...[400, 422, 500].flatMap((status) => [
    said(status, "Failed to process audio: CUDA out of memory"),
    said(status, "Failed to load model file: unexpected end of file"),
    said(status, "Unable to process file: No space left on device"),
    said(status, "Model weights are corrupt"),
    said(status, "Failed to read file: Input/output error"),
  ]),
  said(200, "Failed to process audio: CUDA out of memory"),
  said(400, "Audio service is down"),
  said(400, "Invalid URL (POST /v1/audio/transcriptions)"),
  said(400, "Nope", { code: "profile_error" }),
  said(400, "litellm.BadRequestError: no", { type: "None", param: "None", code: "400" }),
  said(400, "you must use another model", { param: "model" }),
  { status: 422, body: { detail: [{ loc: ["body", "model"], msg: "Input should be 'x'" }] } },
  { status: 422, body: { detail: [{ loc: ["query", "token"], msg: "Field required" }] } },
];

const ENDS: readonly (readonly [answer: FakeAnswer, code: string])[] = [
  [said(400, "Invalid WAV header"), "audio_unreadable"],
  [said(400, "Header missing"), "audio_unreadable"],
  [said(400, "moov atom not found"), "audio_unreadable"],
  [said(500, "Invalid data found when processing input"), "audio_unreadable"],
  [said(400, "Decoding failed. ffmpeg returned error code: 1"), "audio_unreadable"],
  [said(400, "No", { param: "language" }), "invalid_request"],
];

describe("a refusal of one deployment", () => {
  test("moves on to the next one where the provider itself failed", async () => {
    await using proxy = await startTestProxy({ config: config() });
    for (const one of MOVES_ON) {
      answer = one;
      expect([one, await ask(proxy.url)]).toEqual([one, expect.objectContaining({ status: 200 })]);
    }
  });

  test("ends the request where the audio or a field is at fault", async () => {
    await using proxy = await startTestProxy({ config: config() });
    const asked = healthy.calls.length;
    for (const [one, code] of ENDS) {
      answer = one;
      const { status, text } = await ask(proxy.url);
      expect([one, status, text]).toEqual([one, 400, expect.stringContaining(`"code":"${code}"`)]);
    }
    expect(healthy.calls).toHaveLength(asked);
  });
});

describe("many refusals of one client's file", () => {
  const asksOfSick = async (one: FakeAnswer): Promise<number> => {
    await using proxy = await startTestProxy({ config: config() });
    answer = one;
    const before = sick.calls.length;
    for (let count = 0; count < 6; count += 1) await ask(proxy.url);
    return sick.calls.length - before;
  };

  test("cool no deployment down, whether they blame it or nobody", async () => {
    expect(await asksOfSick(said(400, "Invalid WAV header"))).toBe(6);
    expect(await asksOfSick(said(400, "This one is declined"))).toBe(6);
    expect(await asksOfSick(said(422, "Rejected."))).toBe(6);
  });

  test("cool down what says that it is broken itself", async () => {
    expect(await asksOfSick(said(400, "CUDA out of memory"))).toBe(3);
    expect(await asksOfSick({ status: 400, body: "" })).toBe(3);
    expect(await asksOfSick({ status: 400, body: "<html><title>400</title></html>" })).toBe(3);
  });
});

import { fieldValues } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream, RecordedCall } from "@earshot/provider-testkit/upstream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeForm, sha256, startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy, TestProxySettings } from "./test-proxy.ts";

/** The second config file of LiteLLM's quick start, word for word, but for where OpenAI is. */
const QUICK_START = `
model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
    api_key: os.environ/OPENAI_API_KEY
  model_info:
    mode: audio_transcription
- model_name: whisper
  litellm_params:
    model: azure/azure-whisper
    api_version: 2024-02-15-preview
    api_base: os.environ/AZURE_EUROPE_API_BASE
    api_key: os.environ/AZURE_EUROPE_API_KEY
  model_info:
    mode: audio_transcription

general_settings:
  master_key: sk-1234
`;

const ok = (text: string): FakeAnswer => ({ body: { text } });
const failure = (status: number, error: object, headers = {}): FakeAnswer => ({
  status,
  headers,
  body: { error: { message: "The vendor says no.", type: "x", param: null, code: null, ...error } },
});

let openai: FakeUpstream;
let azure: FakeUpstream;
let answers: { openai: FakeAnswer; azure: FakeAnswer };

/** Refuses what the vendor itself would refuse. */
const strictOpenai = (call: RecordedCall): FakeAnswer => {
  if (call.headers["authorization"] !== "Bearer sk-test-openai") return failure(401, {});
  if (call.path !== "/v1/audio/transcriptions") return failure(404, {});
  if (fieldValues(call, "model")[0] !== "whisper-1")
    return failure(404, { code: "model_not_found" });
  return answers.openai;
};
const strictAzure = (call: RecordedCall): FakeAnswer => {
  if (call.headers["api-key"] !== "test-azure-key") return failure(401, {});
  if (call.path !== "/openai/deployments/azure-whisper/audio/transcriptions")
    return failure(404, {});
  if (call.query.find(([name]) => name === "api-version")?.[1] !== "2024-02-15-preview")
    return failure(404, {});
  return answers.azure;
};

beforeEach(async () => {
  answers = { openai: ok("from OpenAI"), azure: ok("from Azure") };
  openai = await startFakeUpstream(strictOpenai);
  azure = await startFakeUpstream(strictAzure);
});
afterEach(async () => {
  await Promise.all([openai.close(), azure.close()]);
});

const environment = (): Record<string, string> => ({
  OPENAI_API_KEY: "sk-test-openai",
  OPENAI_BASE_URL: `${openai.url}/v1`,
  AZURE_EUROPE_API_BASE: azure.url,
  AZURE_EUROPE_API_KEY: "test-azure-key",
});

const start = (settings: Partial<TestProxySettings> = {}): Promise<TestProxy> =>
  startTestProxy({ config: QUICK_START, environment: environment(), ...settings });

const post = (proxy: TestProxy, form = makeForm([["model", "whisper"]])): Promise<Response> =>
  fetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-1234" },
    body: form,
  });

/** Always the first (0) or the last (just below 1) of equal candidates. */
const FIRST = () => 0;

describe("the quick start's two deployments", () => {
  test("each receive the audio, the fields and their own credentials and model name", async () => {
    await using proxy = await start();
    const audio = toneWav(7);
    const fields = [
      ["model", "whisper"],
      ["language", "en"],
      ["prompt", "Ask not"],
      ["temperature", "0.2"],
      ["response_format", "json"],
    ] as const;
    const texts = new Set<string>();
    for (let count = 0; count < 20; count++) {
      const response = await post(proxy, makeForm(fields, { audio, fileName: "añ日本.wav" }));
      expect(response.status).toBe(200);
      texts.add(((await response.json()) as { text: string }).text);
    }
    expect(texts).toEqual(new Set(["from OpenAI", "from Azure"]));
    for (const call of [...openai.calls, ...azure.calls]) {
      if (call.body.type !== "multipart") throw new Error("The upstream got no form.");
      const [file] = call.body.files;
      expect(file).toMatchObject({
        sha256: sha256(audio),
        fileName: "añ日本.wav",
        mediaType: "audio/wav",
      });
      expect(call.body.filesLast).toBe(true);
      expect(fieldValues(call, "language")).toEqual(["en"]);
      expect(fieldValues(call, "prompt")).toEqual(["Ask not"]);
      expect(fieldValues(call, "temperature")).toEqual(["0.2"]);
    }
    expect(fieldValues(openai.calls[0] as RecordedCall, "model")).toEqual(["whisper-1"]);
    expect(fieldValues(azure.calls[0] as RecordedCall, "model")).toEqual([]);
  });

  test("share the load by their weights", async () => {
    let seed = 42;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const config = QUICK_START.replace(
      "model: whisper-1",
      "model: whisper-1\n    weight: 3",
    ).replace("model: azure/azure-whisper", "model: azure/azure-whisper\n    weight: 1");
    await using proxy = await start({ config, random });
    const runs = 400;
    for (let batch = 0; batch < runs / 20; batch++)
      await Promise.all(Array.from({ length: 20 }, async () => (await post(proxy)).arrayBuffer()));
    // Three quarters of 400 are 300; four standard deviations are 35.
    expect(openai.calls.length).toBeGreaterThan(265);
    expect(openai.calls.length).toBeLessThan(335);
    expect(openai.calls.length + azure.calls.length).toBe(runs);
  });

  test("stand in for each other on a 429, and the file arrives intact at the second", async () => {
    answers.openai = failure(429, { code: "rate_limit_exceeded" }, { "retry-after": "20" });
    await using proxy = await start({ random: FIRST, memoryBytes: 0 });
    const audio = toneWav(3, 20);
    const response = await post(proxy, makeForm([["model", "whisper"]], { audio }));
    expect(await response.json()).toMatchObject({ text: "from Azure" });
    expect(response.headers.get("x-earshot-attempts")).toBe("2");
    expect(response.headers.get("x-earshot-deployment")).toBe("azure/azure-whisper");
    for (const { calls } of [openai, azure])
      expect(
        calls.map((call) => call.body.type === "multipart" && call.body.files[0]?.sha256),
      ).toEqual([sha256(audio)]);
  });

  test("a 401 cools its deployment down, so that the next request does not go there", async () => {
    answers.openai = failure(401, { code: "invalid_api_key" });
    await using proxy = await start({ random: FIRST });
    for (let count = 0; count < 5; count++) {
      const response = await post(proxy);
      expect(await response.json()).toMatchObject({ text: "from Azure" });
    }
    expect(openai.calls.length).toBe(1);
    expect(azure.calls.length).toBe(5);
  });

  test("both down give one clear error that names both and shows no key", async () => {
    answers.openai = failure(500, { message: "The engine burns." });
    answers.azure = failure(503, { message: "Too busy." });
    const config = QUICK_START.replace(
      "general_settings:",
      "router_settings:\n  num_retries: 1\ngeneral_settings:",
    );
    await using proxy = await start({ config, random: FIRST });
    const response = await post(proxy);
    const body = (await response.json()) as { error: Record<string, string> };
    expect(response.status).toBeGreaterThanOrEqual(502);
    expect(Object.keys(body)).toEqual(["error"]);
    expect(Object.keys(body.error).toSorted()).toEqual(["code", "message", "param", "type"]);
    expect(body.error["message"]).toMatch(/whisper-1/u);
    expect(body.error["message"]).toMatch(/azure-whisper/u);
    expect(JSON.stringify(body)).not.toMatch(/sk-|test-azure-key/u);
    expect(response.headers.get("x-earshot-attempts")).toBe("4");
  });
});

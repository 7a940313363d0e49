import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeForm, startTestProxy } from "./test-proxy.ts";

const WORDS = 100_000;

/** Ten hours of speech, as OpenAI answers. */
const tenHours = (): string => {
  const words = Array.from({ length: WORDS }, (_, index) => ({
    word: index % 9 === 8 ? "there." : "hello",
    start: index / 4,
    end: index / 4 + 0.25,
  }));
  const text = words.map(({ word }) => word).join(" ");
  return JSON.stringify({ task: "transcribe", language: "english", duration: 25_000, text, words });
};

let upstream: FakeUpstream;

beforeAll(async () => {
  const body = tenHours();
  upstream = await startFakeUpstream(() => ({ body }));
});
afterAll(() => upstream.close());

const configFor = (url: string): string => `
model_list:
- model_name: whisper
  litellm_params: { model: openai/whisper-1, api_base: ${url}/v1, api_key: sk-test-upstream }
`;

const wordsIn = (text: string): number => text.match(/hello|there/gu)?.length ?? 0;

test("a long answer lets others be served while it is worked on", async () => {
  await using proxy = await startTestProxy({ config: configFor(upstream.url) });
  const before = upstream.calls.length;
  const order: string[] = [];
  const ask = async (responseFormat: string, stream: boolean): Promise<string> => {
    const fields = [
      ["model", "whisper"],
      ["response_format", responseFormat],
      ["stream", String(stream)],
    ] as const;
    const url = `${proxy.url}/v1/audio/transcriptions`;
    const response = await fetch(url, { method: "POST", body: makeForm(fields) });
    const text = await response.text();
    order.push(responseFormat);
    return text;
  };
  const long = [ask("srt", false), ask("vtt", true)];
  // As soon as both are answered, which leaves all of the work.
  await expect.poll(() => upstream.calls.length - before).toBe(2);
  const health = await fetch(`${proxy.url}/health/liveliness`);
  expect(health.status).toBe(200);
  order.push("health");
  const [srt = "", vtt = ""] = await Promise.all(long);
  expect(order[0]).toBe("health");
  expect(wordsIn(srt)).toBe(WORDS);
  // Once as deltas, once as the text and once as the document.
  expect(wordsIn(vtt)).toBe(3 * WORDS);
});

test("nobody works on a long answer whose client has gone", async () => {
  const before = upstream.calls.length;
  const leaving = new AbortController();
  const logged: string[] = [];
  const note = (_fields: unknown, message: string): void => void logged.push(message);
  const logger = { debug: note, info: note, warn: note, error: note };
  await using proxy = await startTestProxy({ config: configFor(upstream.url), logger });
  const body = makeForm([
    ["model", "whisper"],
    ["response_format", "srt"],
  ]);
  const url = `${proxy.url}/v1/audio/transcriptions`;
  const asked = fetch(url, { method: "POST", body, signal: leaving.signal });
  await expect.poll(() => upstream.calls.length - before).toBe(1);
  leaving.abort();
  await expect(asked).rejects.toThrow("aborted");
  await expect.poll(() => logged.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  expect(logged.join("\n")).toContain("POST /v1/audio/transcriptions 499");
});

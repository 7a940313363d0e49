import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
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
  await using proxy = await startTestProxy({ config: configFor(upstream.url) });
  let turns = 0;
  let onTurn: () => void = () => undefined;
  const { setImmediate: soon } = globalThis;
  vi.stubGlobal("setImmediate", (resolve: () => void) => {
    turns += 1;
    onTurn();
    return soon(resolve);
  });
  const ask = async (signal?: AbortSignal): Promise<string> => {
    const body = makeForm([
      ["model", "whisper"],
      ["response_format", "srt"],
    ]);
    const url = `${proxy.url}/v1/audio/transcriptions`;
    return (await fetch(url, { method: "POST", body, ...(signal && { signal }) })).text();
  };
  try {
    await ask();
    const wholeTurns = turns;
    turns = 0;
    const leaving = new AbortController();
    onTurn = () => {
      if (turns > wholeTurns / 4) leaving.abort();
    };
    await expect(ask(leaving.signal)).rejects.toThrow("aborted");
    let seen = 0;
    const goesOn = (): boolean => {
      const since = turns - seen;
      seen = turns;
      return since > 0;
    };
    await expect.poll(goesOn).toBe(false);
    expect(turns).toBeLessThan(wholeTurns / 2);
  } finally {
    vi.unstubAllGlobals();
  }
});

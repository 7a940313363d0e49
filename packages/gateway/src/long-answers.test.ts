import { fileFromBytes } from "@earshot/audio";
import { readConfig } from "@earshot/config";
import type { ResponseFormat, Transcript } from "@earshot/core";
import { createFakeTransport, createVirtualClock, speechSample } from "@earshot/provider-testkit";
import type { FakeVendor } from "@earshot/provider-testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createGateway } from "./create-gateway.ts";

const CONFIG = `
model_list:
- { model_name: openai, litellm_params: { model: openai/whisper-1, api_key: sk-test-one } }
- { model_name: mistral, litellm_params: { model: mistral/voxtral-mini-latest, api_key: test } }
- { model_name: deepgram, litellm_params: { model: deepgram/nova-3, api_key: test } }
- { model_name: elevenlabs, litellm_params: { model: elevenlabs/scribe_v1, api_key: test } }
`;

interface SpokenWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const speech = (count: number): readonly SpokenWord[] =>
  Array.from({ length: count }, (_, index) => ({
    text: index % 9 === 8 ? "there." : "hello",
    start: index / 4,
    end: index / 4 + 0.25,
  }));

const textOf = (words: readonly SpokenWord[]): string => words.map(({ text }) => text).join(" ");

/** How each vendor tells the same words. */
const VENDORS = {
  openai: (words) => ({
    language: "english",
    text: textOf(words),
    words: words.map(({ text, ...times }) => ({ word: text, ...times })),
  }),
  mistral: (words) => ({ text: textOf(words), segments: words }),
  deepgram: (words) => {
    const timed = words.map(({ text, ...times }) => ({ punctuated_word: text, ...times }));
    return {
      results: { channels: [{ alternatives: [{ transcript: textOf(words), words: timed }] }] },
    };
  },
  elevenlabs: (words) => ({ text: textOf(words), words }),
} satisfies Readonly<Record<string, (words: readonly SpokenWord[]) => unknown>>;

let turns = 0;
let onTurn: () => void = () => undefined;

beforeEach(() => {
  turns = 0;
  onTurn = () => undefined;
  const { setImmediate: soon } = globalThis;
  vi.stubGlobal("setImmediate", (resolve: () => void) => {
    turns += 1;
    onTurn();
    return soon(resolve);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

interface Asking {
  readonly model: keyof typeof VENDORS;
  readonly words: readonly SpokenWord[];
  readonly responseFormat?: ResponseFormat;
  readonly signal?: AbortSignal;
}

const transcribe = async ({
  model,
  words,
  responseFormat = "srt",
  signal,
}: Asking): Promise<Transcript> => {
  const vendor: FakeVendor = () => ({ body: JSON.stringify(VENDORS[model](words)) });
  const { config } = readConfig({ text: CONFIG, fileName: "config.yaml", environment: {} });
  const gateway = createGateway(config, {
    environment: {},
    transport: createFakeTransport(vendor).send,
    clock: createVirtualClock(),
    random: () => 0,
  });
  const audio = fileFromBytes(speechSample(), "talk.wav");
  const asked = { model, audio, responseFormat, timestampGranularities: ["word"] as const };
  const { transcript } = await gateway.transcribe(
    signal === undefined ? asked : { ...asked, signal },
  );
  return transcript;
};

const models = ["openai", "mistral", "deepgram", "elevenlabs"] as const;

describe.each(models)("an answer of %s", (model) => {
  test("gives way to others where it is long, and loses nothing", async () => {
    const { words } = await transcribe({ model, words: speech(20_000) });
    expect(words).toHaveLength(20_000);
    expect(turns).toBeGreaterThan(20);
  });

  test("waits for nobody where it is short", async () => {
    const { words } = await transcribe({ model, words: speech(300) });
    expect(words).toHaveLength(300);
    expect(turns).toBe(0);
  });

  test("is given up half-way when its caller leaves", async () => {
    const leaving = new AbortController();
    onTurn = () => {
      if (turns === 3) leaving.abort();
    };
    const asking = { model, words: speech(20_000), signal: leaving.signal };
    await expect(transcribe(asking)).rejects.toMatchObject({ code: "aborted" });
    expect(turns).toBe(3);
  });
});

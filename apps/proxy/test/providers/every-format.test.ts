import { createOpenAI } from "@ai-sdk/openai";
import { builtinProviders } from "@earshot/gateway";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { transcribe } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeForm, readSpeech, startTestProxy, toneWav } from "../test-proxy.ts";
import type { TestProxy } from "../test-proxy.ts";
import { vendorsThatHeard } from "./same-speech.ts";
import type { Heard, Vendor } from "./same-speech.ts";

const TEXT =
  "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";
const words = TEXT.split(" ").map((word, index) => ({
  word,
  start: Number((0.32 + index * 0.46).toFixed(2)),
  end: Number((0.32 + index * 0.46 + 0.4).toFixed(2)),
}));
const heard: Heard = { text: TEXT, durationSeconds: 11, words };
const START = words[0]?.start ?? 0;
const END = words.at(-1)?.end ?? 0;
const TOLERANCE = 0.01;

/** Every built-in provider that answers over HTTP; one without a vendor here fails. */
const kinds = builtinProviders.map(({ kind }) => kind).filter((kind) => kind !== "local");
const vendors = new Map(Object.entries(vendorsThatHeard(heard)));
const vendorOf = (kind: string): Vendor => {
  const vendor = vendors.get(kind);
  if (vendor === undefined) throw new Error(`Add a vendor for ${kind} to same-speech.ts.`);
  return vendor;
};
const timed = kinds.filter((kind) => vendorOf(kind).timesWords);
const untimed = kinds.filter((kind) => !vendorOf(kind).timesWords);
const audio = readSpeech("jfk.wav") ?? toneWav(1, 11);

const upstreams = new Map<string, FakeUpstream>();
let proxy: TestProxy;

const entry = (kind: string, { params, base }: Vendor, group = kind): string => {
  const lines = { ...params, api_base: `${upstreams.get(kind)?.url ?? ""}${base}` };
  return `- model_name: ${group}\n  litellm_params:\n${Object.entries(lines)
    .map(([name, value]) => `    ${name}: "${value}"\n`)
    .join("")}`;
};

beforeAll(async () => {
  for (const kind of kinds) upstreams.set(kind, await startFakeUpstream(vendorOf(kind).vendor));
  const entries = kinds.map((kind) => entry(kind, vendorOf(kind)));
  proxy = await startTestProxy({
    config: `model_list:\n${entries.join("")}router_settings: { num_retries: 0 }\n`,
  });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
});

const ask = async (
  kind: string,
  format: string,
  more: [string, string][] = [],
): Promise<Response> => {
  const form = makeForm([["model", kind], ["response_format", format], ...more], { audio });
  const response = await fetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    body: form,
  });
  if (response.status !== 200) throw new Error(`${kind} ${format}: ${await response.text()}`);
  return response;
};

const SEGMENT_FIELDS = [
  "avg_logprob",
  "compression_ratio",
  "end",
  "id",
  "no_speech_prob",
  "seek",
  "start",
  "temperature",
  "text",
  "tokens",
];

interface Verbose {
  readonly task: string;
  readonly language: string;
  readonly duration: number;
  readonly text: string;
  readonly segments?: readonly Record<string, unknown>[];
  readonly words?: readonly {
    readonly word: string;
    readonly start: number;
    readonly end: number;
  }[];
}

const verbose = async (kind: string, granularities: readonly string[]): Promise<Verbose> => {
  const fields = granularities.map((name): [string, string] => ["timestamp_granularities[]", name]);
  const response = await ask(kind, "verbose_json", fields);
  return (await response.json()) as Verbose;
};

/** Seconds of every `-->` line. */
const timesIn = (subtitles: string): readonly (readonly [number, number])[] =>
  [...subtitles.matchAll(/(\S+) --> (\S+)/gu)].map(([, from = "", to = ""]) => [
    toSeconds(from),
    toSeconds(to),
  ]);

const toSeconds = (time: string): number =>
  time
    .replace(",", ".")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);

const textIn = (subtitles: string): string =>
  subtitles
    .split("\n")
    .filter(
      (line) => line !== "" && line !== "WEBVTT" && !line.includes("-->") && !/^\d+$/u.test(line),
    )
    .join(" ");

describe.each(kinds)("the same speech through %s", (kind) => {
  test("is the same json and text", async () => {
    expect(await (await ask(kind, "json")).json()).toMatchObject({ text: TEXT });
    const response = await ask(kind, "text");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toBe(`${TEXT}\n`);
  });

  test("is verbose_json that a whisper-1 client accepts, with equal times", async () => {
    const body = await verbose(kind, ["segment"]);
    expect(body).toMatchObject({ task: "transcribe", text: TEXT });
    // Mistral names no language when none was asked for.
    expect(body.language).toBe(kind === "mistral" ? "unknown" : "english");
    expect(body.duration).toBeCloseTo(11, 5);
    expect(body.words).toBeUndefined();
    const segments = body.segments ?? [];
    expect(Object.keys(segments[0] ?? {})).toEqual(expect.arrayContaining(SEGMENT_FIELDS));
    expect(Number(segments[0]?.["start"])).toBeCloseTo(START, 2);
    expect(Math.abs(Number(segments.at(-1)?.["end"]) - END)).toBeLessThan(TOLERANCE);
    expect(segments.map((segment) => String(segment["text"]).trim()).join(" ")).toBe(TEXT);
  });

  test("is srt and vtt with equal times and all words in order", async () => {
    for (const format of ["srt", "vtt"]) {
      const response = await ask(kind, format);
      expect(response.headers.get("content-type")).toMatch(/^text\/plain/u);
      const body = await response.text();
      expect(body.startsWith("WEBVTT")).toBe(format === "vtt");
      const times = timesIn(body);
      expect(Math.abs((times[0]?.[0] ?? -1) - START)).toBeLessThan(TOLERANCE);
      expect(Math.abs((times.at(-1)?.[1] ?? -1) - END)).toBeLessThan(TOLERANCE);
      expect(textIn(body)).toBe(TEXT);
    }
  });

  test("streams events that join to the same text", async () => {
    const body = await (await ask(kind, "json", [["stream", "true"]])).text();
    const events = [...body.matchAll(/^data: (.*)$/gmu)].map(
      ([, data = ""]) => JSON.parse(data) as { type: string; delta?: string; text?: string },
    );
    expect(events.at(-1)).toMatchObject({ type: "transcript.text.done", text: TEXT });
    expect(events.map((event) => event.delta ?? "").join("")).toBe(TEXT);
  });
});

test.each(timed)("%s has the same words at the same times", async (kind) => {
  const { words: answered = [], segments } = await verbose(kind, ["word"]);
  expect(segments).toBeUndefined();
  expect(answered.map(({ word }) => word).join(" ")).toBe(TEXT);
  for (const [index, { start, end }] of answered.entries()) {
    expect(Math.abs(start - (words[index]?.start ?? -1))).toBeLessThan(TOLERANCE);
    expect(Math.abs(end - (words[index]?.end ?? -1))).toBeLessThan(TOLERANCE);
  }
});

test.each(untimed)("%s refuses word times, which it has not", async (kind) => {
  await expect(verbose(kind, ["word"])).rejects.toThrow(/timestamp_granularities/u);
});

test.each(kinds)(
  "an AI SDK client of whisper-1 accepts what %s answers in its place",
  async (kind) => {
    const entries = entry(kind, vendorOf(kind), "whisper-1");
    await using rescue = await startTestProxy({ config: `model_list:\n${entries}` });
    const openai = createOpenAI({ apiKey: "sk-test-any", baseURL: `${rescue.url}/v1` });
    const result = await transcribe({
      model: openai.transcription("whisper-1"),
      audio,
      maxRetries: 0,
      providerOptions: { openai: { timestampGranularities: ["segment"] } },
    });
    expect(result.text).toBe(TEXT);
    expect(result.durationInSeconds).toBeCloseTo(11, 5);
    expect(result.segments.at(-1)?.endSecond).toBeCloseTo(END, 1);
  },
);

import { fieldValues } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream, FakeVendor, RecordedCall } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, expect } from "vitest";
import { makeForm, sha256, startTestProxy } from "../test-proxy.ts";
import type { TestProxy } from "../test-proxy.ts";
import { KENNEDY, kennedySpeech } from "./kennedy.ts";

/** What a client of the proxy got. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export type Fields = readonly (readonly [string, string])[];

/** How a client asks; by default for a transcription. */
export interface ProxyQuestion {
  readonly fields: Fields;
  /** Absent when the fields hold a URL. */
  readonly audio?: Uint8Array;
  readonly path?: "transcriptions" | "translations";
}

/** One vendor behind a proxy. */
export interface VendorBehindProxy {
  /** Asks the proxy as an OpenAI client does. */
  readonly askProxy: (question: ProxyQuestion) => Promise<ProxyAnswer>;
  /** Asks for Kennedy's speech in a format, by default the model `whisper-1`. */
  readonly ask: (format: string, fields?: Fields, model?: string) => Promise<ProxyAnswer>;
  /** What the vendor was asked. */
  readonly calls: () => readonly RecordedCall[];
  /** The last of it. Throws where there is none. */
  readonly lastCall: () => RecordedCall;
  /** The values of a form's field in the last call. */
  readonly sent: (name: string) => readonly string[];
}

/** The speech that `ask` sends; empty where it is missing, and its tests are left out. */
export const speech: Uint8Array = kennedySpeech ?? new Uint8Array();

export const BOTH_GRANULARITIES: Fields = [
  ["timestamp_granularities[]", "word"],
  ["timestamp_granularities[]", "segment"],
];

/**
 * Starts a vendor and a proxy before the tests of a file and closes both after them. `models` gives the
 * entries of the config's `model_list` for the vendor's address.
 */
export function vendorBehindProxy(
  vendor: FakeVendor,
  models: (url: string) => string,
): VendorBehindProxy {
  let upstream: FakeUpstream;
  let proxy: TestProxy;
  beforeAll(async () => {
    upstream = await startFakeUpstream(vendor);
    proxy = await startTestProxy({
      config: `
model_list:
${models(upstream.url).trim()}
general_settings:
  master_key: sk-1234
earshot_settings:
  allow_remote_inputs: true
router_settings:
  num_retries: 0
`,
    });
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await upstream.close();
  });

  const askProxy = async (question: ProxyQuestion): Promise<ProxyAnswer> => {
    const { fields, audio, path = "transcriptions" } = question;
    const form = makeForm(fields, audio === undefined ? {} : { audio });
    if (audio === undefined) form.delete("file");
    const response = await fetch(`${proxy.url}/v1/audio/${path}`, {
      method: "POST",
      headers: { authorization: "Bearer sk-1234" },
      body: form,
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  const lastCall = (): RecordedCall => {
    const call = upstream.calls.at(-1);
    if (call === undefined) throw new Error("The upstream got no call.");
    return call;
  };
  return {
    askProxy,
    ask: (format, fields = [], model = "whisper-1") =>
      askProxy({
        audio: speech,
        fields: [["model", model], ["response_format", format], ...fields],
      }),
    calls: () => upstream.calls,
    lastCall,
    sent: (name) => fieldValues(lastCall(), name),
  };
}

/** The data of the events of a stream, parsed. */
export function eventsOf(body: string): readonly unknown[] {
  return body
    .split("\n\n")
    .map((frame) => /^data: (.*)$/mu.exec(frame)?.[1])
    .filter((data) => data !== undefined && data !== "[DONE]")
    .map((data): unknown => JSON.parse(data ?? ""));
}

/** The speech in a stream of a vendor that cannot stream. */
export function expectStreamInOnePiece({ body, headers }: ProxyAnswer): void {
  expect(headers.get("content-type")).toMatch(/^text\/event-stream/u);
  expect(eventsOf(body)).toMatchObject([
    { type: "transcript.text.delta", delta: KENNEDY },
    { type: "transcript.text.done", text: KENNEDY },
  ]);
}

/** The speech as it was, in a form. */
export function expectSpeechIn({ body }: RecordedCall): void {
  expect(body.type === "multipart" ? body.files[0]?.sha256 : undefined).toBe(sha256(speech));
}

/** Without the marks and times of subtitles. */
const textIn = (subtitles: string): string =>
  subtitles
    .split("\n")
    .filter((line) => line !== "" && !/^(?:WEBVTT|\d+)$|-->/u.test(line))
    .join(" ");

/** Subtitles of the speech that were made of its words. */
export function expectCuesOfWords(srt: string, vtt: string): void {
  expect(textIn(srt)).toBe(KENNEDY);
  expect(srt).toMatch(/^1\n00:00:00,000 --> /u);
  expect(srt).toContain("--> 00:00:10,600");
  expect(vtt).toMatch(/^WEBVTT\n\n00:00:00\.000 --> /u);
  expect(textIn(vtt)).toBe(KENNEDY);
}

import { NONSENSE } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SRT, startFakeWhisper, VTT } from "./fake-whisper.ts";
import { makeForm, startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

/** Both in headers of the sick deployments, one of them under a name that does not tell. */
const KEY = "sk-test-sick-0123456789";
const TENANT = "tenant-of-the-operator-42";

let sick: FakeUpstream;
let healthy: FakeUpstream;
let proxy: TestProxy;
let answer: FakeAnswer;

const deployment = (group: string, model: string, where: "sick" | "healthy"): string => `
- model_name: ${group}
  litellm_params:
    model: openai/${model}
    api_key: ${where === "sick" ? KEY : "sk-test-upstream"}
    api_base: ${(where === "sick" ? sick : healthy).url}/v1${
      where === "sick" ? `\n    extra_headers: { x-tenant: ${TENANT} }` : ""
    }`;

const groupsOf = (model: string): string =>
  [
    deployment(`${model}-shared`, model, "sick"),
    deployment(`${model}-shared`, model, "healthy"),
    deployment(`${model}-rescued`, model, "sick"),
    deployment(`${model}-rescue`, model, "healthy"),
    deployment(`${model}-alone`, model, "sick"),
  ].join("");

const MODELS = ["whisper-1", "gpt-4o-transcribe", "gpt-4o-transcribe-diarize"];

/** Without a retry nobody waits for a deployment that will not get better. */
const config = (): string => `
model_list:${MODELS.map(groupsOf).join("")}
router_settings:
  allowed_fails: 1000000
  num_retries: 0
  fallbacks: [${MODELS.map((model) => `{ ${model}-rescued: [${model}-rescue] }`).join(", ")}]
`;

beforeAll(async () => {
  sick = await startFakeUpstream(() => answer);
  healthy = await startFakeWhisper();
  proxy = await startTestProxy({ config: config(), random: () => 0 });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await Promise.all([sick.close(), healthy.close()]);
});

const AUDIO = toneWav(1, 0.1);

const ask = async (
  group: string,
  fields: readonly (readonly [string, string])[],
): Promise<{ readonly response: Response; readonly text: string }> => {
  const response = await fetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    body: makeForm([["model", group], ...fields], { audio: AUDIO }),
  });
  return { response, text: await response.text() };
};

/** How a client asks, and what the healthy deployment makes of it. */
type Manner = readonly [
  name: string,
  model: string,
  fields: readonly (readonly [string, string])[],
  expected: string,
];

const DIARIZE = "gpt-4o-transcribe-diarize";

/** Deployments that do not stream are asked in the format and answer with one event. */
const streamed = (model: string, format: string): Manner => [
  `${format} in a stream of ${model}`,
  model,
  [
    ["stream", "true"],
    ["response_format", format],
  ],
  '"type":"transcript.text.done","text":"',
];

const MANNERS: readonly Manner[] = [
  ["json", "whisper-1", [["response_format", "json"]], '"text":"Ask not."'],
  ["text", "whisper-1", [["response_format", "text"]], "Ask not.\n"],
  ["srt", "whisper-1", [["response_format", "srt"]], SRT],
  ["vtt", "whisper-1", [["response_format", "vtt"]], VTT],
  ["verbose_json", "whisper-1", [["response_format", "verbose_json"]], "Ask not."],
  ["json of gpt-4o", "gpt-4o-transcribe", [["response_format", "json"]], '"text":"Ask not."'],
  ["diarized_json", DIARIZE, [["response_format", "diarized_json"]], "Ask not."],
  ["a stream", "gpt-4o-transcribe", [["stream", "true"]], '"text":"Ask not."'],
  ...["json", "text", "srt", "vtt", "verbose_json"].map((format) => streamed("whisper-1", format)),
  ...["json", "text", "diarized_json"].map((format) => streamed(DIARIZE, format)),
];

const SSE = { "content-type": "text/event-stream" };
const TEXT = { "content-type": "text/plain" };

/** More than what the conformance suite plays: echoes, and what only OpenAI's dialect may send. */
const WRONG: readonly (readonly [what: string, answer: FakeAnswer])[] = [
  ...NONSENSE,
  ["an error behind a success", { body: { error: { message: "Overloaded, sorry." } } }],
  ["an error called text", { headers: TEXT, body: '{"error":{"message":"Overloaded, sorry."}}' }],
  ["an echo of the key", { headers: TEXT, body: `Hello, you are Bearer ${KEY}.` }],
  ["an echo of a header", { headers: TEXT, body: `Hello, ${TENANT}.` }],
  ["an echo in JSON", { body: { text: `Hello, ${TENANT} with ${KEY}.` } }],
  ["an echo in an error", { body: { error: { message: `Bad key ${KEY} of ${TENANT}` } } }],
  ["a stream of nothing", { headers: SSE, body: "" }],
  ["a stream of a web page", { headers: SSE, body: "<html><body>Hello.</body></html>" }],
  ["a stream that starts with garbage", { headers: SSE, body: "data: <html>\n\n" }],
  ["a stream of null", { headers: SSE, body: "data: null\n\n" }],
  [
    "a stream that starts with an error",
    { headers: SSE, body: `data: {"error":{"message":"Bad key ${KEY}"}}\n\n` },
  ],
  [
    "a stream whose text is none",
    { headers: SSE, body: 'data: {"type":"transcript.text.delta","delta":5}\n\n' },
  ],
  ["a stream without an end", { headers: SSE, body: 'data: {"type":"ping"}\n\n' }],
  ["an endless body", { headers: TEXT, body: "word ".repeat(1_000_000) }],
  ["400 without a word", { status: 400, body: "" }],
  ["400 with a page", { status: 400, body: "<html><title>400 Bad Request</title></html>" }],
  ["400 with a phrase", { status: 400, body: { error: { message: "Bad Request" } } }],
  ["422 without a word", { status: 422, body: "" }],
  ["431", { status: 431, body: "Request Header Fields Too Large" }],
];

/** What must not be shown: of refusals, their sentence may be. */
const bodyOf = ({ body, status = 200 }: FakeAnswer): string => {
  const text = typeof body === "string" && status < 300 ? body.trim() : "";
  return text.length > 5 ? text : "";
};

const sickCalls = (): number => sick.calls.length;

describe.each(MANNERS)("an answer that is not %s", (...[, model, fields, expected]) => {
  test("does not keep another deployment of the group from answering", async () => {
    for (const [what, wrong] of WRONG) {
      answer = wrong;
      const before = sickCalls();
      const { response, text } = await ask(`${model}-shared`, fields);
      expect([what, response.status, text]).toEqual([what, 200, expect.stringContaining(expected)]);
      expect([what, sickCalls()]).toEqual([what, before + 1]);
    }
  });

  test("does not keep the fallback from answering", async () => {
    for (const [what, wrong] of WRONG) {
      answer = wrong;
      const before = sickCalls();
      const { response, text } = await ask(`${model}-rescued`, fields);
      expect([what, response.status, text]).toEqual([what, 200, expect.stringContaining(expected)]);
      expect([what, sickCalls() > before]).toEqual([what, true]);
    }
  });

  test("is an error where nobody else can answer, and shown to nobody", async () => {
    for (const [what, wrong] of WRONG) {
      answer = wrong;
      const { response, text } = await ask(`${model}-alone`, fields);
      expect([what, response.status]).toEqual([what, 502]);
      const { error } = JSON.parse(text) as { error: { message: string } };
      expect([what, error.message]).toEqual([what, expect.stringMatching(/\w+/u)]);
      const all = `${text}${JSON.stringify([...response.headers])}`;
      expect([what, all.includes(KEY), all.includes(TENANT)]).toEqual([what, false, false]);
      const shown = bodyOf(wrong);
      expect([what, shown !== "" && error.message.includes(shown)]).toEqual([what, false]);
    }
  });
});

describe("an answer that is one", () => {
  const alone = async (wrong: FakeAnswer, format = "text"): Promise<readonly [number, string]> => {
    answer = wrong;
    const { response, text } = await ask("whisper-1-alone", [["response_format", format]]);
    return [response.status, text];
  };

  test.each([
    ["mentions gateways", "The bad gateway answered: internal server error, he said.\n"],
    ["has brackets in it", "[Music] If a < b and {x} > c, then <i>stop</i>.\n"],
    ["starts with a brace", "{laughs} Hello.\n"],
    ["is a number", "1984\n"],
    ["speaks of errors", "There was an error: nobody came.\n"],
    ["has a tab", "One\ttwo\n"],
  ])("passes when it %s", async (_what, body) => {
    expect(await alone({ headers: TEXT, body })).toEqual([200, body]);
  });

  test("may say in JSON what no raw text can", async () => {
    expect(await alone({ body: { text: "Bad Gateway" } }, "json")).toEqual([
      200,
      expect.stringContaining('"text":"Bad Gateway"'),
    ]);
  });

  test.each(["text", "srt", "vtt"])("may be silence in %s", async (format) => {
    const [status, text] = await alone({ headers: TEXT, body: "" }, format);
    expect(status).toBe(200);
    expect(text.replace("WEBVTT", "").trim()).toBe("");
  });

  test("may come in JSON where text was asked for", async () => {
    expect(await alone({ body: { text: " Hello." } })).toEqual([200, "Hello.\n"]);
    expect(
      await alone({ headers: { "content-type": "application/json" }, body: '"Hello."' }),
    ).toEqual([200, "Hello.\n"]);
  });

  test("may be called HTML, as whisper.cpp does", async () => {
    const body = " Hello.\n";
    expect(await alone({ headers: { "content-type": "text/html" }, body })).toEqual([
      200,
      "Hello.\n",
    ]);
  });
});

test("a refusal that blames the audio is nobody else's business", async () => {
  const refusals: readonly FakeAnswer[] = [
    { status: 400, body: { error: { message: "The audio is too noisy to be understood." } } },
    { status: 422, body: { detail: [{ loc: ["body", "temperature"], msg: "too high" }] } },
    { status: 400, body: { error: { message: "No.", param: "language" } } },
  ];
  for (const refusal of refusals) {
    answer = refusal;
    const before = healthy.calls.length;
    const { response } = await ask("whisper-1-shared", []);
    expect(response.status).toBe(400);
    expect(healthy.calls.length).toBe(before);
  }
});

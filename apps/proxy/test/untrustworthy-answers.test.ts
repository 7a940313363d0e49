import { gzipSync } from "node:zlib";
import { NONSENSE } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SRT, startFakeWhisper, VTT } from "./fake-whisper.ts";
import { makeForm, startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

/** Both in headers of the sick deployments, one of them under a name that does not tell. */
const KEY = "sk-test-sick/0123456789+==";
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

const json = (body: string): FakeAnswer => ({
  headers: { "content-type": "application/json" },
  body,
});
const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const done = (text: string): string => event({ type: "transcript.text.done", text });
const deltas = (...pieces: readonly string[]): string =>
  pieces.map((delta) => event({ type: "transcript.text.delta", delta })).join("") +
  done(pieces.join(""));
const chat = (content: string, reason: string | null): string =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason: reason }] });

/** More than what the conformance suite plays: echoes, and what only OpenAI's dialect may send. */
const WRONG: readonly (readonly [what: string, answer: FakeAnswer])[] = [
  ...NONSENSE,
  ["an error behind a success", { body: { error: { message: "Overloaded, sorry." } } }],
  ["an error called text", { headers: TEXT, body: '{"error":{"message":"Overloaded, sorry."}}' }],
  ["an echo of the key", { headers: TEXT, body: `Hello, you are Bearer ${KEY}.` }],
  ["an echo of a header", { headers: TEXT, body: `Hello, ${TENANT}.` }],
  ["an echo in JSON", { body: { text: `Hello, ${TENANT} with ${KEY}.` } }],
  ["an echo in an error", { body: { error: { message: `Bad key ${KEY} of ${TENANT}` } } }],
  ["an echo in JSON as PHP writes it", json(`{"text":"You are ${KEY.replace("/", "\\/")}."}`)],
  ["an echo in JSON with a letter escaped", json(`{"text":"You are \\u0073${KEY.slice(1)}."}`)],
  ["an echo in another field", json(`{"text":"Hello.","usage":{"you":"\\u0073${KEY.slice(1)}"}}`)],
  ["an echo in a URL", { headers: TEXT, body: `See /?key=${encodeURIComponent(KEY)}` }],
  ["an echo in Base64", { headers: TEXT, body: `You are ${btoa(`Bearer ${KEY}`)}.` }],
  ["an empty text of a failure", json('{"text":"","status":"error"}')],
  ["an empty text of no success", json('{"text":"","success":false}')],
  ["an empty text with a status", json('{"text":"","code":500,"msg":"fail"}')],
  ["an error of Python", { headers: TEXT, body: "{'detail': 'Internal error'}" }],
  ["a log", { headers: TEXT, body: 'level=error msg="boom"' }],
  ["a link", { headers: TEXT, body: '<a href="/login">Found</a>.' }],
  ["an explained status", { headers: TEXT, body: "503 Service Unavailable: out of capacity" }],
  ["a PDF", { headers: TEXT, body: "%PDF-1.4 1 0 obj" }],
  ["events with ids", { headers: TEXT, body: 'id: 1\ndata: {"type":"ping"}\n\n' }],
  [
    "compressed events",
    { headers: { ...SSE, "content-encoding": "gzip" }, body: gzipSync(deltas("Hello.")) },
  ],
  [
    "a stream whose first piece is a page",
    { headers: SSE, body: deltas("<!DOCTYPE html><html>502") },
  ],
  [
    "a stream whose first pieces are a page",
    { headers: SSE, body: deltas("<", "ht", "ml>", "502") },
  ],
  ["a stream whose first piece is binary", { headers: SSE, body: deltas("\u0000\u0001\u0002") }],
  [
    "a stream that starts with a key",
    { headers: SSE, body: deltas(KEY.slice(0, 10), KEY.slice(10)) },
  ],
  [
    "a stream that starts with an escaped key",
    { headers: SSE, body: deltas(`It is ${KEY}`).replace("/", "\\/") },
  ],
  ["a chat that gives up", { headers: SSE, body: `${chat("", "error")}data: [DONE]\n\n` }],
  ["heartbeats only", { headers: SSE, body: "data:\n\nevent: ping\ndata: ping\n\n" }],
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

describe("a stream that is one", () => {
  const ask4o = async (body: string | Buffer, type = "text/event-stream"): Promise<string> => {
    answer = { headers: { "content-type": type }, body };
    const { response, text } = await ask("gpt-4o-transcribe-alone", [["stream", "true"]]);
    expect(response.status).toBe(200);
    return text;
  };
  const piecesIn = (text: string): readonly string[] =>
    [...text.matchAll(/"delta":"([^"]*)"/gu)].map(([, piece = ""]) => piece);

  test.each([
    ["is called text", deltas("Hello", " you."), "text/plain"],
    ["has no type", deltas("Hello", " you."), ""],
    ["has heartbeats", `data:\n\nevent: ping\ndata: ping\n\n: x\n\n${deltas("Hello", " you.")}`],
    ["ends its lines in CR", deltas("Hello", " you.").replaceAll("\n", "\r")],
  ])("passes when it %s", async (...[, body, type]) => {
    expect(piecesIn(await ask4o(body, type))).toEqual(["Hello", " you."]);
  });

  test("ends when its text turns to garbage, of which nothing is shown", async () => {
    for (const garbage of ["\u0000\u0001\u0002".repeat(40), "<!DOCTYPE html><html>", ` ${KEY}`]) {
      const text = await ask4o(deltas("Hello", " you.", garbage));
      expect(piecesIn(text)).toEqual(["Hello", " you."]);
      expect(text).toContain('"error"');
      expect(text).not.toContain("transcript.text.done");
      expect(text).not.toContain(KEY);
    }
  });
});

describe("times that no recording has", () => {
  const segment = { id: 0, seek: 0, start: 0, end: 1, text: "Hello.", tokens: [], temperature: 0 };
  const rest = { avg_logprob: 0, compression_ratio: 1, no_speech_prob: 0 };

  test.each(["srt", "vtt", "verbose_json"])("are not shown in %s", async (format) => {
    const far = { ...segment, ...rest, id: 1, start: 1e308, end: 1e308 };
    answer = {
      body: {
        task: "transcribe",
        language: "english",
        duration: 1e308,
        text: "Hello.",
        segments: [{ ...segment, ...rest }, far],
      },
    };
    const { response, text } = await ask("whisper-1-alone", [["response_format", format]]);
    expect([response.status, /e\+|1e308|null/u.test(text)]).toEqual([200, false]);
  });
});

describe("an answer that comes before the audio was read", () => {
  const LONG = toneWav(1, 100);
  const early = async (first: FakeAnswer): Promise<readonly [string, number]> => {
    const hasty = await startFakeUpstream(() => first, { onHeaders: () => first });
    const model = (url: string): string => `
- model_name: group
  litellm_params: { model: openai/gpt-4o-transcribe, api_key: sk-test-upstream, api_base: "${url}/v1" }`;
    const pair = `model_list:${model(hasty.url)}${model(healthy.url)}
router_settings: { num_retries: 0 }`;
    await using own = await startTestProxy({ config: pair, random: () => 0 });
    const response = await fetch(`${own.url}/v1/audio/transcriptions`, {
      method: "POST",
      body: makeForm(
        [
          ["model", "group"],
          ["stream", String(first.headers !== undefined)],
        ],
        {
          audio: LONG,
        },
      ),
    });
    const text = await response.text();
    await hasty.close();
    return [text, hasty.requests.length];
  };

  test.each([
    ["whole", { body: { text: "EARLY" } }],
    ["streamed", { headers: SSE, body: deltas("EARLY") }],
    ["streamed without an end", { headers: SSE, body: deltas("EARLY"), ending: "broken" }],
  ] as const)("is no transcript: %s", async (_how, first) => {
    expect(await early(first)).toEqual([expect.stringContaining("Ask not."), 1]);
  });

  test("is one where it refuses", async () => {
    const [text] = await early({
      status: 400,
      body: { error: { message: "No.", param: "language" } },
    });
    expect(text).toContain('"param":"language"');
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

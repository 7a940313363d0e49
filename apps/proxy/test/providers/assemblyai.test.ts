import type { FakeAnswer, RecordedCall } from "@earshot/provider-testkit/upstream";
import { describe, expect, test } from "vitest";
import { sha256 } from "../test-proxy.ts";
import {
  KENNEDY,
  KENNEDY_SECONDS,
  KENNEDY_SEGMENTS,
  KENNEDY_VERBOSE,
  KENNEDY_WORDS,
  kennedySpeech,
} from "./kennedy.ts";
import {
  BOTH_GRANULARITIES,
  expectCuesOfWords,
  expectStreamInOnePiece,
  speech,
  vendorBehindProxy,
} from "./vendor-behind-proxy.ts";
import type { Fields, ProxyAnswer } from "./vendor-behind-proxy.ts";

type Job = Readonly<Record<string, unknown>>;

/** Parameters of `POST /v2/transcript` that Earshot may send here. */
const PARAMETERS = new Set([
  "audio_url",
  "speech_models",
  "language_code",
  "language_detection",
  "prompt",
  "temperature",
  "keyterms_prompt",
  "speaker_labels",
  "speakers_expected",
  "disfluencies",
]);

const MODELS = ["universal-3-5-pro", "universal-3-pro", "universal-2"];

const refuse = (status: number, error: string): FakeAnswer => ({ status, body: { error } });

const quote = (name: string): string => `"${name}"`;

const objectionToModels = (models: unknown): string | undefined => {
  const names = Array.isArray(models) ? models.map(String) : [];
  return names.length > 0 && names.every((name) => MODELS.includes(name))
    ? undefined
    : `"speech_models" must be a non-empty list containing one or more of: ${MODELS.map(quote).join(", ")}`;
};

const RIVALS: readonly (readonly [one: string, other: string])[] = [
  ["language_code", "language_detection"],
  ["prompt", "keyterms_prompt"],
];

/** What AssemblyAI refuses about a job; undefined when it takes it. */
const objectionTo = (job: Job): string | undefined => {
  const stranger = Object.keys(job).find((name) => !PARAMETERS.has(name));
  if (stranger !== undefined) return `Invalid endpoint schema: ${stranger}`;
  if (!/^https?:\/\//u.test(String(job["audio_url"]))) return "audio_url must be a URL";
  const rivals = RIVALS.find(([one, other]) => one in job && other in job);
  if (rivals !== undefined)
    return `${rivals.map(quote).join(" and ")} cannot be used in the same request`;
  const isOld = JSON.stringify(job["speech_models"]) === '["universal-2"]';
  const unfit = ["prompt", "temperature"].find((name) => isOld && name in job);
  return unfit === undefined
    ? objectionToModels(job["speech_models"])
    : `${quote(unfit)} is not compatible with universal-2`;
};

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

const times = ({ start, end }: { start: number; end: number }): object => ({
  start: milliseconds(start),
  end: milliseconds(end),
  confidence: 0.98,
});

/** The last of the three parts is spoken by somebody else. */
const LAST = KENNEDY_SEGMENTS[2]?.start ?? 0;
const END = KENNEDY_SEGMENTS[2]?.end ?? 0;

const wordsFrom = (start: number, end: number): typeof KENNEDY_WORDS =>
  KENNEDY_WORDS.filter((word) => word.start >= start && word.start < end);

const turn = (speaker: string, start: number, end: number): object => ({
  text: wordsFrom(start, end)
    .map(({ word }) => word)
    .join(" "),
  ...times({ start, end }),
  speaker,
});

const transcriptOf = (job: Job): Job => {
  const diarizes = job["speaker_labels"] === true;
  return {
    text: KENNEDY,
    words: KENNEDY_WORDS.map(({ word, start, end }) => ({
      text: word,
      ...times({ start, end }),
      speaker: diarizes ? (start < LAST ? "A" : "B") : null,
    })),
    utterances: diarizes ? [turn("A", 0, LAST), turn("B", LAST, END)] : null,
    language_code: job["language_code"] ?? "en_us",
    confidence: 0.98,
    audio_duration: KENNEDY_SECONDS,
    speech_model_used: "universal-3-5-pro",
  };
};

const endOf = (job: Job): Job => {
  const url = String(job["audio_url"]);
  if (url.endsWith("/silence.wav"))
    return {
      status: "error",
      error: "language_detection cannot be performed on files with no spoken audio.",
    };
  return url.endsWith("/missing.wav")
    ? {
        status: "error",
        error: `Download error, unable to download ${url}. Please make sure the file exists and is accessible from the internet.`,
      }
    : { status: "completed", ...transcriptOf(job) };
};

const recordOf = (value: unknown): Job =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** AssemblyAI with its memory: every job is processed once more before it ends. */
const createAssemblyai = () => {
  const jobs = new Map<string, Job>();
  const asked = new Set<string>();
  const create = (call: RecordedCall): FakeAnswer => {
    if (call.body.type !== "json") return refuse(400, "Invalid endpoint schema");
    const job = recordOf(call.body.value);
    const objection = objectionTo(job);
    if (objection !== undefined) return refuse(400, objection);
    const id = `job-${jobs.size + 1}`;
    jobs.set(id, job);
    return { body: { id, status: "queued", audio_url: job["audio_url"] } };
  };
  const look = (id: string): FakeAnswer => {
    const job = jobs.get(id);
    if (job === undefined) return refuse(400, "Transcript lookup error, transcript id not found");
    if (asked.has(id)) return { body: { id, audio_url: job["audio_url"], ...endOf(job) } };
    asked.add(id);
    return { body: { id, status: "processing", audio_url: job["audio_url"] } };
  };
  return (call: RecordedCall): FakeAnswer => {
    const { method, path, headers } = call;
    if (headers["authorization"] !== "aai-test-upstream")
      return refuse(401, "Authentication error, API token missing/invalid.");
    if (method === "POST" && path === "/v2/upload")
      return call.body.type === "raw" && headers["content-type"] === "application/octet-stream"
        ? { body: { upload_url: `${new URL(call.url).origin}/upload/${call.body.sha256}` } }
        : refuse(400, "Upload the bytes of the file as application/octet-stream");
    if (method === "POST" && path === "/v2/transcript") return create(call);
    const [, id] = /^\/v2\/transcript\/([^/]+)$/u.exec(path) ?? [];
    if (id === undefined) return refuse(404, "Not found");
    if (method === "DELETE") jobs.delete(id);
    return method === "DELETE" ? { body: { id, text: "Deleted by user." } } : look(id);
  };
};

const { ask, askProxy, calls } = vendorBehindProxy(
  createAssemblyai(),
  (url) => `
- model_name: whisper-1
  litellm_params: &assemblyai
    model: assemblyai/universal-3-5-pro
    api_key: aai-test-upstream
    api_base: ${url}
- model_name: cheap
  litellm_params:
    <<: *assemblyai
    model: assemblyai/universal-2
- model_name: misspelt
  litellm_params:
    <<: *assemblyai
    model: assemblyai/universal-3_5
- model_name: retired
  litellm_params:
    <<: *assemblyai
    model: assemblyai/nano
- model_name: wrong-key
  litellm_params:
    <<: *assemblyai
    api_key: aai-test-wrong
`,
);

const askUrl = (file: string, fields: Fields, model = "whisper-1"): Promise<ProxyAnswer> =>
  askProxy({
    fields: [["model", model], ["url", `https://audio.example/${file}`], ...fields],
  });

/** The job for a file of that name. */
const jobFor = (file: string): Job | undefined =>
  calls()
    .map(({ body }) => (body.type === "json" ? recordOf(body.value) : {}))
    .find((job) => String(job["audio_url"]).endsWith(`/${file}`));

// Every job takes some seconds of real time: they run side by side.
describe.skipIf(kennedySpeech === undefined)("AssemblyAI behind the proxy answers", () => {
  test.concurrent("json, text and the audio that it got", async () => {
    const [json, text] = await Promise.all([ask("json"), ask("text")]);
    expect([json.status, JSON.parse(json.body)]).toEqual([
      200,
      { text: KENNEDY, usage: { type: "duration", seconds: KENNEDY_SECONDS } },
    ]);
    expect(text.body).toBe(`${KENNEDY}\n`);
    expect(jobFor(sha256(speech))).toMatchObject({
      language_detection: true,
    });
  });

  test.concurrent("srt and vtt, cued from the words", async () => {
    const [srt, vtt] = await Promise.all([ask("srt"), ask("vtt")]);
    expectCuesOfWords(srt.body, vtt.body);
  });

  test.concurrent("verbose_json as whisper-1 does, segments made of the words", async () => {
    const { body } = await ask("verbose_json", BOTH_GRANULARITIES);
    expect(JSON.parse(body)).toMatchObject({
      ...KENNEDY_VERBOSE,
      segments: [{ id: 0, start: 0, end: 10.6 }],
    });
  });

  test.concurrent("diarized_json with both speakers", async () => {
    const { status, body } = await ask("diarized_json", [["speakers_expected", "2"]]);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      text: KENNEDY,
      segments: [
        { speaker: "A", start: 0, end: LAST },
        { speaker: "B", start: LAST, end: END },
      ],
    });
  });

  test.concurrent("a stream, in one piece", async () => {
    expectStreamInOnePiece(await ask("json", [["stream", "true"]]));
  });
});

describe("AssemblyAI behind the proxy", () => {
  test.concurrent("fetches URLs by itself, and gets hints and options in its own words", async () => {
    const { status, headers } = await askUrl("hints.mp3", [
      ["language", "en-GB"],
      ["prompt", "An inaugural address."],
      ["keywords[]", "Kennedy"],
      ["temperature", "0"],
      ["disfluencies", "true"],
      ["delete_after", "true"],
    ]);
    expect(status).toBe(200);
    expect(headers.get("x-earshot-warnings")).toContain("keywords");
    expect(jobFor("hints.mp3")).toEqual({
      audio_url: "https://audio.example/hints.mp3",
      speech_models: ["universal-3-5-pro"],
      language_code: "en_uk",
      keyterms_prompt: ["Kennedy"],
      temperature: 0,
      disfluencies: true,
    });
    expect(calls().filter(({ method }) => method === "DELETE")).toHaveLength(1);
  });

  test.concurrent("leaves out what a model does not take", async () => {
    const fields: Fields = [
      ["prompt", "An inaugural address."],
      ["temperature", "0.5"],
    ];
    expect((await askUrl("cheap.mp3", fields, "cheap")).status).toBe(200);
    expect(jobFor("cheap.mp3")).toEqual({
      audio_url: "https://audio.example/cheap.mp3",
      speech_models: ["universal-2"],
      language_detection: true,
    });
  });

  test.concurrent("hears silence", async () => {
    const { status, body } = await askUrl("silence.wav", []);
    expect([status, JSON.parse(body)]).toMatchObject([200, { text: "" }]);
  });

  test.concurrent("names the URL that leads nowhere", async () => {
    const { status, body } = await askUrl("missing.wav", []);
    expect([status, JSON.parse(body)]).toMatchObject([400, { error: { param: "url" } }]);
  });

  test.concurrent("is not asked for what it would refuse", async () => {
    const fields: readonly (readonly [string, string])[] = [
      ["keywords[]", "one two three four five six seven"],
      ["language", "ko"],
      ["webhook_url", "https://client.example/done"],
      ["word_boost", "Kennedy"],
    ];
    const answers = await Promise.all(fields.map((field) => askUrl("refused.wav", [field])));
    expect(answers.map(({ status, body }) => [status, JSON.parse(body).error.param])).toEqual([
      [400, "keywords"],
      [400, "language"],
      [400, "webhook_url"],
      [400, "word_boost"],
    ]);
    expect(jobFor("refused.wav")).toBeUndefined();
  });

  test.concurrent.each([
    ["misspelt", "must be a non-empty list"],
    ["retired", "Use universal-2"],
    ["wrong-key", "API token missing/invalid"],
  ])("tells an operator's mistake as one: %s", async (model, words) => {
    const { status, body } = await askUrl("mistake.wav", [], model);
    expect(status).toBe(502);
    expect(body).toContain(words);
    expect(body).not.toContain("aai-test");
  });
});

import { execFile, execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createOpenAI } from "@ai-sdk/openai";
import { fieldValues } from "@earshot/provider-testkit";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { transcribe } from "ai";
import axios from "axios";
import AxiosFormData from "form-data";
import Groq from "groq-sdk";
import OpenAI, { AuthenticationError, toFile } from "openai";
import { fetch as undiciFetch, FormData as UndiciFormData } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SRT, startFakeWhisper, VERBOSE, VTT, whisperConfig } from "./fake-whisper.ts";
import { sha256, startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

const run = promisify(execFile);
const audio = toneWav(11);
const KEY = "sk-1234";

let upstream: FakeUpstream;
let proxy: TestProxy;
let folder: string;
let path: string;

beforeAll(async () => {
  upstream = await startFakeWhisper();
  proxy = await startTestProxy({ config: whisperConfig(upstream) });
  folder = mkdtempSync(join(tmpdir(), "earshot-clients-"));
  path = join(folder, "talk.wav");
  writeFileSync(path, audio);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

let callsBefore = 0;
beforeEach(() => {
  callsBefore = upstream.calls.length;
});

/** The one call that the upstream got since the test began, its audio checked. */
const theCall = () => {
  expect(upstream.calls.length).toBe(callsBefore + 1);
  const call = upstream.calls.at(-1);
  if (call?.body.type !== "multipart") throw new Error("The upstream got no form.");
  expect(call.body.files[0]?.sha256).toBe(sha256(audio));
  return call;
};

const JSON_BODY = { text: "Ask not.", usage: { type: "duration", seconds: 1 } };
const WORDS = [
  { word: "Ask", start: 0, end: 0.4 },
  { word: "not.", start: 0.4, end: 1 },
];

describe.each([
  ["with /v1", "/v1"],
  ["without /v1", ""],
])("openai (base_url %s)", (_, suffix) => {
  const client = (): OpenAI =>
    new OpenAI({ apiKey: KEY, baseURL: proxy.url + suffix, maxRetries: 0 });

  test("sends a stream and gets json with its headers", async () => {
    const { data, response } = await client()
      .audio.transcriptions.create({ model: "whisper-1", file: createReadStream(path) })
      .withResponse();
    expect(data).toEqual(JSON_BODY);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/u);
    expect(response.headers.get("x-earshot-deployment")).toBe("openai/whisper-1");
    expect(response.headers.get("x-earshot-attempts")).toBe("1");
    expect(Number(response.headers.get("x-earshot-overhead-ms"))).toBeGreaterThanOrEqual(0);
    expect(fieldValues(theCall(), "model")).toEqual(["whisper-1"]);
  });

  test("gets verbose_json with words and segments, exactly as the provider wrote it", async () => {
    const data = await client().audio.transcriptions.create({
      model: "whisper-1",
      file: await toFile(audio, "talk.wav"),
      response_format: "verbose_json",
      timestamp_granularities: ["word", "segment"],
    });
    expect(data).toEqual({ ...VERBOSE, words: WORDS });
    expect(fieldValues(theCall(), "timestamp_granularities[]").toSorted()).toEqual([
      "segment",
      "word",
    ]);
  });

  test.each([
    ["text", "Ask not.\n"],
    ["srt", SRT],
    ["vtt", VTT],
  ] as const)("gets %s as a string", async (format, expected) => {
    const { data, response } = await client()
      .audio.transcriptions.create({
        model: "whisper-1",
        file: createReadStream(path),
        response_format: format,
      })
      .withResponse();
    expect(data).toBe(expected);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/u);
  });

  test("gets the provider's own events when it streams", async () => {
    const stream = await client().audio.transcriptions.create({
      model: "gpt-4o-transcribe",
      file: createReadStream(path),
      stream: true,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toEqual([
      { type: "transcript.text.delta", delta: "Ask" },
      { type: "transcript.text.delta", delta: " not." },
      { type: "transcript.text.done", text: "Ask not." },
    ]);
    expect(fieldValues(theCall(), "stream")).toEqual(["true"]);
  });

  test("gets one delta and done when the model does not stream", async () => {
    const stream = await client().audio.transcriptions.create({
      model: "whisper-1",
      file: createReadStream(path),
      stream: true,
    });
    const types = [];
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(["transcript.text.delta", "transcript.text.done"]);
    expect(fieldValues(theCall(), "stream")).toEqual([]);
  });

  test("translates", async () => {
    // oxlint-disable-next-line typescript/no-deprecated -- clients call it until OpenAI switches it off
    const data = await client().audio.translations.create({
      model: "whisper-1",
      file: createReadStream(path),
    });
    expect(data).toMatchObject({ text: "Ask not." });
    expect(theCall().path).toBe("/v1/audio/translations");
  });

  test("throws its own error class for a wrong key", async () => {
    const stranger = new OpenAI({
      apiKey: "sk-test-wrong",
      baseURL: proxy.url + suffix,
      maxRetries: 0,
    });
    await expect(
      stranger.audio.transcriptions.create({ model: "whisper-1", file: createReadStream(path) }),
    ).rejects.toThrow(AuthenticationError);
    await expect(stranger.models.list()).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
    });
  });

  test("lists the models", async () => {
    const { data } = await client().models.list();
    expect(data.map((model) => model.id)).toEqual(["whisper-1", "gpt-4o-transcribe"]);
  });
});

test("ai with @ai-sdk/openai accepts verbose_json", async () => {
  const openai = createOpenAI({ apiKey: KEY, baseURL: `${proxy.url}/v1` });
  const result = await transcribe({
    model: openai.transcription("whisper-1"),
    audio,
    maxRetries: 0,
    providerOptions: { openai: { timestampGranularities: ["segment"], language: "en" } },
  });
  expect(result).toMatchObject({
    text: "Ask not.",
    language: "en",
    durationInSeconds: 1,
    segments: [{ text: " Ask not.", startSecond: 0, endSecond: 1 }],
  });
  expect(fieldValues(theCall(), "response_format")).toEqual(["verbose_json"]);
});

test("groq-sdk reaches its own path", async () => {
  const groq = new Groq({ apiKey: KEY, baseURL: proxy.url, maxRetries: 0 });
  const data = await groq.audio.transcriptions.create({
    model: "whisper-1",
    file: createReadStream(path),
    response_format: "verbose_json",
  });
  expect(data).toEqual(VERBOSE);
  theCall();
});

test("axios with form-data sends a stream of known length", async () => {
  const form = new AxiosFormData();
  form.append("file", createReadStream(path));
  form.append("model", "whisper-1");
  const response = await axios.post(`${proxy.url}/v1/audio/transcriptions`, form, {
    headers: { ...form.getHeaders(), "x-api-key": KEY },
  });
  expect(response.status).toBe(200);
  expect(response.data).toEqual(JSON_BODY);
  theCall();
});

test("undici's fetch sends a recording as a browser does", async () => {
  const form = new UndiciFormData();
  form.append(
    "file",
    new Blob([new Uint8Array(audio)], { type: "audio/wav;codecs=1" }),
    "recording.wav",
  );
  form.append("model", "whisper-1");
  form.append("response_format", "text");
  const response = await undiciFetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: { "api-key": KEY, origin: "https://app.example" },
    body: form,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(await response.text()).toBe("Ask not.\n");
  theCall();
});

test("a browser's preflight is answered", async () => {
  const response = await fetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-headers")).toMatch(/authorization/iu);
});

const hasCurl = ((): boolean => {
  try {
    execFileSync("curl", ["--version"]);
    return true;
  } catch {
    process.stderr.write("skipped: curl is not installed\n");
    return false;
  }
})();

describe.skipIf(!hasCurl)("curl", () => {
  const curl = async (...options: string[]): Promise<string> => {
    const { stdout } = await run("curl", ["--silent", "--show-error", "--location", ...options]);
    return stdout;
  };

  test("as in LiteLLM's quick start", async () => {
    const body = await curl(
      `${proxy.url}/v1/audio/transcriptions`,
      "--header",
      `Authorization: Bearer ${KEY}`,
      "--form",
      `file=@"${path}"`,
      "--form",
      'model="whisper-1"',
    );
    expect(JSON.parse(body)).toEqual(JSON_BODY);
    theCall();
  });

  test("waits for 100-continue before a large file", async () => {
    const large = join(folder, "large.wav");
    writeFileSync(large, toneWav(3, 60));
    const body = await curl(
      "--header",
      `Authorization: Bearer ${KEY}`,
      "--header",
      "Expect: 100-continue",
      "--form",
      `file=@${large}`,
      "--form",
      "model=whisper-1",
      "--form",
      "response_format=srt",
      `${proxy.url}/audio/transcriptions`,
    );
    expect(body).toBe(SRT);
  });

  test("as an Azure client: the model in the path, none in the form", async () => {
    const body = await curl(
      "--header",
      `api-key: ${KEY}`,
      "--form",
      `file=@${path}`,
      `${proxy.url}/openai/deployments/whisper-1/audio/transcriptions?api-version=2024-10-21`,
    );
    expect(JSON.parse(body)).toEqual(JSON_BODY);
  });
});

const PYTHON = `
import json, sys
from openai import OpenAI, APIStatusError
url, path = sys.argv[1], sys.argv[2]
client = OpenAI(api_key="sk-1234", base_url=url, max_retries=0)
out = {}
raw = client.audio.transcriptions.with_raw_response.create(model="whisper-1", file=open(path, "rb"))
out["status"] = raw.status_code
out["deployment"] = raw.headers["x-earshot-deployment"]
out["json"] = json.loads(raw.text)
verbose = client.audio.transcriptions.create(model="whisper-1", file=open(path, "rb"), response_format="verbose_json", timestamp_granularities=["word"])
out["words"] = [[word.word, word.start, word.end] for word in verbose.words]
out["srt"] = client.audio.transcriptions.create(model="whisper-1", file=open(path, "rb"), response_format="srt")
out["events"] = [event.type for event in client.audio.transcriptions.create(model="gpt-4o-transcribe", file=open(path, "rb"), stream=True)]
try:
    client.audio.transcriptions.create(model="nobody", file=open(path, "rb"))
except APIStatusError as error:
    out["error"] = [error.status_code, error.body["code"]]
print(json.dumps(out))
`;

/** A Python that has the openai package: the one that CI makes, or the system's. */
const findPython = (): string | undefined => {
  const own = new URL("../../../.tools/python/bin/python3", import.meta.url).pathname;
  return [own, "python3"].find((python) => {
    if (python === own && !existsSync(own)) return false;
    try {
      execFileSync(python, ["-c", "import openai"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
};
const python = findPython();
if (python === undefined)
  process.stderr.write("skipped: no Python with the openai package (pip install openai)\n");

test.skipIf(python === undefined)("Python's openai package", { timeout: 30_000 }, async () => {
  const { stdout } = await run(python ?? "", ["-c", PYTHON, `${proxy.url}/v1`, path]);
  expect(JSON.parse(stdout)).toEqual({
    status: 200,
    deployment: "openai/whisper-1",
    json: JSON_BODY,
    words: [
      ["Ask", 0, 0.4],
      ["not.", 0.4, 1],
    ],
    srt: SRT,
    events: ["transcript.text.delta", "transcript.text.delta", "transcript.text.done"],
    error: [404, "model_not_found"],
  });
});

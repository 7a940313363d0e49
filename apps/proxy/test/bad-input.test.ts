import { readdirSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { whisperConfig } from "./fake-whisper.ts";
import { makeForm, startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

let upstream: FakeUpstream;
let answer: FakeAnswer;
let proxy: TestProxy;

beforeEach(async () => {
  answer = { body: { text: "Ask not." } };
  upstream = await startFakeUpstream(() => answer);
  proxy = await startTestProxy({
    config: `${whisperConfig(upstream)}
router_settings:
  num_retries: 0
`,
    limits: { maxBodyBytes: 1_000_000, maxFieldBytes: 1000, maxParts: 20, idleTimeoutMs: 300 },
    memoryBytes: 0,
  });
});
afterEach(async () => {
  await expectNothingLeft();
  await proxy[Symbol.asyncDispose]();
  await upstream.close();
});

/** Every ending gives back the memory and removes the spool file. */
const expectNothingLeft = async (): Promise<void> => {
  await vi.waitFor(() => expect(proxy.budget.usedBytes).toBe(0));
  await vi.waitFor(() => expect(readdirSync(proxy.spoolFolder)).toEqual([]));
};

interface ErrorAnswer {
  readonly status: number;
  readonly error: { message: string; type: string; param: string | null; code: string | null };
}

const post = async (
  body: FormData | string | Uint8Array,
  headers = {},
  path = "/v1/audio/transcriptions",
) => {
  const response = await fetch(`${proxy.url}${path}`, {
    method: "POST",
    headers: { authorization: "Bearer sk-1234", ...headers },
    body: body instanceof Uint8Array ? new Uint8Array(body) : body,
  });
  return response;
};

const refused = async (...request: Parameters<typeof post>): Promise<ErrorAnswer> => {
  const response = await post(...request);
  const body = (await response.json()) as { error: ErrorAnswer["error"] };
  expect(Object.keys(body)).toEqual(["error"]);
  expect(Object.keys(body.error).toSorted()).toEqual(["code", "message", "param", "type"]);
  return { status: response.status, error: body.error };
};

const whisper: [string, string] = ["model", "whisper-1"];

describe("a request is refused before any provider is asked", () => {
  afterEach(() => {
    if (upstream.requests.length > 0) throw new Error("The provider was asked.");
  });

  test("without a file", async () => {
    const form = new FormData();
    form.append("model", "whisper-1");
    expect(await refused(form)).toMatchObject({ status: 400, error: { param: "file" } });
  });

  test("with a file field that is text", async () => {
    const form = new FormData();
    form.append("file", "not a file");
    form.append("model", "whisper-1");
    expect(await refused(form)).toMatchObject({ status: 400, error: { param: "file" } });
  });

  test("with two files", async () => {
    const form = makeForm([whisper]);
    form.append("file", new File([new Uint8Array(toneWav())], "b.wav"));
    expect(await refused(form)).toMatchObject({
      status: 400,
      error: { param: "file", message: expect.stringContaining("two files") as string },
    });
  });

  test.each([
    ["an empty file", new Uint8Array()],
    ["zeros, as a connection test sends them", new Uint8Array(1024)],
    ["text", Buffer.from("This is no audio, it only says that it is.")],
    ["HTML", Buffer.from("<!doctype html><html><body>Not found</body></html>")],
  ])("with %s in place of audio", async (_, audio) => {
    expect(await refused(makeForm([whisper], { audio, fileName: "probe.wav" }))).toMatchObject({
      status: 400,
      error: { param: "file", type: "invalid_request_error" },
    });
  });

  test("with an unknown model: 404 that lists the known ones", async () => {
    const { status, error } = await refused(makeForm([["model", "whisper-2"]]));
    expect(status).toBe(404);
    expect(error).toMatchObject({ code: "model_not_found", param: "model" });
    expect(error.message).toContain("whisper-1");
    expect(error.message).toContain("gpt-4o-transcribe");
  });

  test.each([
    ["no key", {}],
    ["an empty key", { authorization: "Bearer " }],
    ["a wrong key", { authorization: "Bearer sk-test-wrong" }],
    ["a wrong key of another header", { authorization: "", "api-key": "sk-test-wrong" }],
  ])("with %s", async (_, headers) => {
    const answered = await refused(makeForm([whisper]), { authorization: "", ...headers });
    expect(answered).toMatchObject({ status: 401, error: { code: "invalid_api_key" } });
    expect(JSON.stringify(answered)).not.toContain("sk-1234");
  });

  test.each([
    ["response_format", "docx"],
    ["timestamp_granularities[]", "letter"],
    ["temperature", "hot"],
    ["temperature", "1.5"],
    ["language", "klingonese"],
    ["stream", "perhaps"],
    ["include[]", "everything"],
    ["chunking_strategy", "sometimes"],
    ["known_speaker_names[]", "Ada"],
    ["timeout", "-1"],
    ["num_retries", "many"],
    ["smart_formatting", "true"],
  ])("with the field %s=%s: 400 that names it", async (name, value) => {
    const { status, error } = await refused(makeForm([whisper, [name, value]]));
    expect(status).toBe(400);
    expect(error.param).toBe(
      name === "known_speaker_names[]" ? "known_speaker_references" : name.replace("[]", ""),
    );
  });

  test("on a path that is none: 404 that names the routes", async () => {
    const answered = await refused(makeForm([whisper]), {}, "/v1/audio/transcribe");
    expect(answered).toMatchObject({ status: 404, error: { code: "not_found" } });
  });

  test("without a model", async () => {
    expect(await refused(makeForm([]))).toMatchObject({ status: 400, error: { param: "model" } });
  });

  test("as JSON instead of a form", async () => {
    expect(await refused("{}", { "content-type": "application/json" })).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining("multipart/form-data") as string },
    });
  });

  test.each([
    ["no boundary", "multipart/form-data"],
    ["an endless boundary", `multipart/form-data; boundary=${"x".repeat(8192)}`],
  ])("with %s in its content type", async (_, type) => {
    expect(await refused("--x--", { "content-type": type })).toMatchObject({ status: 400 });
  });

  test("with too many parts", async () => {
    const fields = Array.from({ length: 25 }, (_, index): [string, string] => [`f${index}`, "x"]);
    expect(await refused(makeForm([whisper, ...fields]))).toMatchObject({ status: 400 });
  });

  test("with a field that is too long", async () => {
    expect(await refused(makeForm([whisper, ["prompt", "x".repeat(2000)]]))).toMatchObject({
      status: 400,
      error: { param: "prompt" },
    });
  });

  test("with an option that nobody knows, unless drop_params is set", async () => {
    const form = (...more: [string, string][]) => makeForm([whisper, ["vad_model", "x"], ...more]);
    expect(await refused(form())).toMatchObject({ status: 400, error: { param: "vad_model" } });
  });
});

test("a right key counts whichever header holds it, and a slash at the end of a path does not", async () => {
  const headers = { authorization: "Bearer sk-test-of-another-service", "api-key": "sk-1234" };
  const response = await post(makeForm([whisper]), headers, "/v1/audio/transcriptions/");
  expect(response.status).toBe(200);
});

test("one model is told by its name, also with a slash in it", async () => {
  const get = (id: string): Promise<Response> =>
    fetch(`${proxy.url}/v1/models/${id}`, { headers: { authorization: "Bearer sk-1234" } });
  expect(await (await get("whisper-1")).json()).toMatchObject({ id: "whisper-1", object: "model" });
  const unknown = await get("nobody/whisper");
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ error: { code: "model_not_found" } });
});

test("a form that ends early is refused and leaves nothing behind", async () => {
  const body = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF';
  expect(await refused(body, { "content-type": "multipart/form-data; boundary=x" })).toMatchObject({
    status: 400,
    error: { message: expect.stringContaining("ends before") as string },
  });
});

/** A raw connection, to send what no client library would. */
const dial = async (): Promise<{ socket: Socket; received: () => string }> => {
  const { hostname, port } = new URL(proxy.url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  await new Promise<void>((resolve) => {
    socket.once("connect", resolve);
  });
  return { socket, received: () => text };
};

const head = (length: string): string =>
  `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-1234\r\ncontent-type: multipart/form-data; boundary=x\r\n${length}\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n`;

describe("a body over the limit gets its 413 before the upload is over", () => {
  test("when its length says so", async () => {
    const { socket, received } = await dial();
    socket.write(head("content-length: 5000000"));
    await vi.waitFor(() => expect(received()).toMatch(/^HTTP\/1.1 413 /u));
    expect(received()).toContain("audio_too_large");
    socket.destroy();
  });

  test("when it says nothing and just goes on", async () => {
    const { socket, received } = await dial();
    const [headers = "", part = ""] = head("transfer-encoding: chunked").split(
      /(?<=\r\n\r\n)(?=--x)/u,
    );
    const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
    socket.write(headers + chunk(part));
    for (let sent = 0; sent < 1_100_000; sent += 0x10000) socket.write(chunk("a".repeat(0x10000)));
    await vi.waitFor(() => expect(received()).toMatch(/^HTTP\/1.1 413 /u));
    socket.destroy();
  });
});

describe("a client that goes away", () => {
  test("during its upload leaves nothing behind", async () => {
    const { socket } = await dial();
    socket.write(`${head("content-length: 500000")}RIFF${"a".repeat(100_000)}`);
    await vi.waitFor(() => expect(proxy.budget.usedBytes).toBeGreaterThan(0));
    socket.destroy();
    await expectNothingLeft();
    expect(upstream.requests).toEqual([]);
  });

  test("while the provider works: the upstream call is aborted", async () => {
    answer = { silent: true };
    const controller = new AbortController();
    const request = fetch(`${proxy.url}/v1/audio/transcriptions`, {
      method: "POST",
      headers: { authorization: "Bearer sk-1234" },
      body: makeForm([whisper]),
      signal: controller.signal,
    });
    const outcome = request.catch((error: unknown) => error);
    await vi.waitFor(() => expect(upstream.requests[0]?.call).toBeDefined());
    controller.abort();
    expect(await outcome).toMatchObject({ name: "AbortError" });
    await vi.waitFor(() => expect(upstream.requests[0]?.aborted).toBe(true));
  });

  test("in the middle of a stream: the upstream call is aborted", async () => {
    answer = {
      headers: { "content-type": "text/event-stream" },
      body: `data: {"type":"transcript.text.delta","delta":"Ask"}\n\n`,
      ending: "hang",
    };
    const controller = new AbortController();
    const response = await fetch(`${proxy.url}/v1/audio/transcriptions`, {
      method: "POST",
      headers: { authorization: "Bearer sk-1234" },
      body: makeForm([
        ["model", "gpt-4o-transcribe"],
        ["stream", "true"],
      ]),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
    await vi.waitFor(() => expect(upstream.requests[0]?.aborted).toBe(true));
  });

  test("without a word: a stalled upload ends by itself", async () => {
    const { socket, received } = await dial();
    socket.write(`${head("content-length: 500000")}RIFF`);
    await vi.waitFor(() => expect(received()).toMatch(/^HTTP\/1.1 408 /u), { timeout: 3000 });
    socket.destroy();
  });
});

describe("a provider that misbehaves", () => {
  test.each([
    [
      "HTML",
      {
        headers: { "content-type": "text/html" },
        body: "<html><body>502 Bad Gateway</body></html>",
      },
    ],
    ["nothing", {}],
    [
      "half a body",
      { headers: { "content-type": "application/json" }, body: '{"text":"Ask', ending: "broken" },
    ],
    ["JSON of another shape", { body: { transcript: "Ask not." } }],
    [
      "an HTML error page",
      { status: 502, headers: { "content-type": "text/html" }, body: "<h1>Bad Gateway</h1>" },
    ],
    ["a redirect", { status: 302, headers: { location: "https://elsewhere.example/" } }],
  ] as [string, FakeAnswer][])("with %s becomes one clear error", async (_, misbehaviour) => {
    answer = misbehaviour;
    const { status, error } = await refused(makeForm([whisper]));
    expect(status).toBe(502);
    expect(error.type).toBe("server_error");
    // The one that failed is named: by its deployment, or by its host when it was not reached.
    expect(error.message).toMatch(/openai\/whisper-1|127\.0\.0\.1/u);
    expect(error.message).not.toMatch(/<h1>|<html>|sk-test-upstream/u);
  });

  test("after the deadline becomes a 504", async () => {
    answer = { silent: true };
    const { status, error } = await refused(makeForm([whisper, ["timeout", "0.2"]]));
    expect(status).toBe(504);
    expect(error.code).toBe("timeout");
  });
});

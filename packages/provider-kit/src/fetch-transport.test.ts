import { TranscriptionError } from "@earshot/core";
import type { AudioFile, HttpBody, HttpCall, HttpResponse } from "@earshot/core";
import { describe, expect, test, vi } from "vitest";
import { createFetchTransport } from "./fetch-transport.ts";
import { readText } from "./read-body.ts";

type Fetch = typeof globalThis.fetch;
type Sent = RequestInit & { readonly duplex?: string };

const KEY = "sk-test-fetch-transport";

const callOf = (body: HttpBody = { type: "none" }): HttpCall => ({
  method: body.type === "none" ? "GET" : "POST",
  url: "https://api.example/v1/x?token=hidden",
  headers: { authorization: `Bearer ${KEY}` },
  body,
});

const chunks = [new Uint8Array([1, 2]), new Uint8Array([3])];

const audioOf = (overrides: Partial<AudioFile> = {}): AudioFile => ({
  type: "file",
  fileName: "a.wav",
  mediaType: "audio/wav",
  sizeBytes: 3,
  durationSeconds: undefined,
  async *open() {
    yield* chunks;
  },
  ...overrides,
});

const rawBody = (audio: AudioFile = audioOf()): HttpBody => ({
  type: "raw",
  audio,
  contentType: "audio/wav",
});

const live = (): AbortSignal => new AbortController().signal;

/** A fetch that records the call, reads the body and answers. */
const createRecorder = (answer: () => Response = () => new Response("ok")) => {
  const calls: { url: unknown; init: Sent; bytes: Uint8Array }[] = [];
  const fetch: Fetch = async (url, init: Sent = {}) => {
    const bytes = new Uint8Array(await new Response(init.body ?? null).arrayBuffer());
    calls.push({ url, init, bytes });
    return answer();
  };
  return { calls, fetch };
};

const failWith =
  (error: Error): Fetch =>
  async () => {
    throw error;
  };

const run = (fetch: Fetch, call: HttpCall = callOf(), signal = live()): Promise<HttpResponse> =>
  createFetchTransport({ fetch })(call, signal);

const bodyOf = (...pieces: readonly (string | Error)[]): ReadableStream<Uint8Array> => {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else if (typeof next === "string") controller.enqueue(new TextEncoder().encode(next));
      else controller.error(next);
    },
  });
};

describe("a call", () => {
  test("goes out as it is described and follows no redirect", async () => {
    const { calls, fetch } = createRecorder();
    const response = await run(fetch, callOf({ type: "json", value: { a: [1, "ä"] } }));
    expect(response.status).toBe(200);
    expect(await readText(response)).toBe("ok");
    const [sent] = calls;
    expect(sent?.init).not.toHaveProperty("duplex");
    expect(sent?.url).toBe("https://api.example/v1/x?token=hidden");
    expect(sent?.init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(sent?.init.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
    });
    expect(new TextDecoder().decode(sent?.bytes)).toBe('{"a":[1,"ä"]}');
  });

  test("without a body has no content type", async () => {
    const { calls, fetch } = createRecorder();
    await run(fetch);
    expect(calls[0]?.init.headers).toEqual({ authorization: `Bearer ${KEY}` });
    expect(calls[0]?.init).not.toHaveProperty("body");
  });

  test("streams audio with its exact length", async () => {
    const { calls, fetch } = createRecorder();
    await run(fetch, callOf(rawBody()));
    expect(calls[0]?.init.body).toBeInstanceOf(ReadableStream);
    expect(calls[0]?.init.duplex).toBe("half");
    expect(calls[0]?.init.headers).toMatchObject({
      "content-type": "audio/wav",
      "content-length": "3",
    });
    expect(calls[0]?.bytes).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("has no length while the audio arrives", async () => {
    const { calls, fetch } = createRecorder();
    await run(fetch, callOf(rawBody(audioOf({ sizeBytes: undefined }))));
    expect(calls[0]?.init.headers).not.toHaveProperty("content-length");
    expect(calls[0]?.bytes).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("goes out in one piece where the runtime cannot stream", async () => {
    const { calls, fetch } = createRecorder();
    const transport = createFetchTransport({ fetch, streamUploads: false });
    await transport(callOf(rawBody()), live());
    expect(calls[0]?.init.body).toBeInstanceOf(Blob);
    expect(calls[0]?.init).not.toHaveProperty("duplex");
    expect(calls[0]?.bytes).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("finds out whether a browser can stream", async () => {
    vi.stubGlobal("navigator", { userAgent: "Mozilla/5.0" });
    const modern = createRecorder();
    await run(modern.fetch, callOf(rawBody()));
    expect(modern.calls[0]?.init.body).toBeInstanceOf(ReadableStream);
    // Older ones never ask for `duplex`, and make text of the stream.
    const OlderRequest = class {
      readonly headers = new Headers({ "content-type": "text/plain" });
    };
    vi.stubGlobal("Request", OlderRequest);
    const older = createRecorder();
    await run(older.fetch, callOf(rawBody()));
    vi.unstubAllGlobals();
    expect(older.calls[0]?.init.body).toBeInstanceOf(Blob);
    expect(older.calls[0]?.bytes).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("reads audio only as fast as it is sent", async () => {
    let opened = 0;
    const audio = audioOf({
      async *open() {
        for (;;) {
          opened += 1;
          yield new Uint8Array(1);
        }
      },
    });
    const fetch: Fetch = async (_url, init) => {
      const body = init?.body;
      if (!(body instanceof ReadableStream)) throw new Error("no stream");
      const reader = body.getReader();
      await reader.read();
      await reader.read();
      await reader.cancel();
      return new Response("early");
    };
    await run(fetch, callOf(rawBody(audio)));
    expect(opened).toBe(2);
  });
});

describe("an answer", () => {
  test("is an answer whatever its status", async () => {
    const { fetch } = createRecorder(
      () => new Response("busy", { status: 503, headers: { "Retry-After": "1" } }),
    );
    const response = await run(fetch);
    expect(response.status).toBe(503);
    expect(response.header("retry-after")).toBe("1");
    expect(response.header("Retry-After")).toBe("1");
    expect(response.header("x-none")).toBeUndefined();
  });

  test("that is a redirect stays one, also where the browser hides it", async () => {
    const hidden = new Response(null);
    Object.defineProperty(hidden, "type", { value: "opaqueredirect" });
    Object.defineProperty(hidden, "status", { value: 0 });
    expect((await run(async () => hidden)).status).toBe(302);
  });

  test.each([
    ["breaks off", bodyOf('{"te', new TypeError("terminated")), {}],
    ["ends before its length", bodyOf('{"te'), { "content-length": "20" }],
  ])("that %s is a network error", async (_what, body, headers) => {
    const response = await run(async () => new Response(body, { headers }));
    await expect(readText(response)).rejects.toMatchObject({ code: "network" });
  });

  test("that was compressed is not measured by the length of the compressed one", async () => {
    const headers = { "content-length": "99", "content-encoding": "gzip" };
    const response = await run(async () => new Response(bodyOf("short"), { headers }));
    expect(await readText(response)).toBe("short");
  });

  test("is let go of when the reader stops early", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => {
        cancelled = true;
      },
    });
    const response = await run(async () => new Response(body));
    for await (const chunk of response.body) if (chunk.byteLength > 0) break;
    expect(cancelled).toBe(true);
  });
});

describe("a failure", () => {
  const withCode = (code: string, message: string): TypeError =>
    new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });

  test.each([
    ["ECONNREFUSED", "network", "nothing listens there"],
    ["ENOTFOUND", "network", "its name cannot be resolved"],
    ["UND_ERR_SOCKET", "network", "the connection was closed"],
    ["EPROTO", "network", "odd handshake"],
    ["UND_ERR_HEADERS_TIMEOUT", "timeout", "did not answer in time"],
    ["ETIMEDOUT", "timeout", "did not answer in time"],
  ])("%s is a %s error", async (code, expected, words) => {
    const error = await run(failWith(withCode(code, "odd handshake"))).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(TranscriptionError);
    expect(error).toMatchObject({ code: expected, cause: { code } });
    expect(String(error)).toContain(words);
    expect(String(error)).toContain("api.example");
    expect(String(error)).not.toContain("hidden");
  });

  test("never shows the key that a runtime quotes", async () => {
    const quoting = new TypeError(`Headers.append: "Bearer ${KEY}" is an invalid header value.`);
    const error = await run(failWith(quoting)).catch((caught: unknown) => caught);
    if (!TranscriptionError.is(error)) throw new Error("no TranscriptionError");
    expect(error.code).toBe("network");
    const cause = error.cause instanceof Error ? `${error.cause.message}${error.cause.stack}` : "";
    expect(`${error.message}${error.stack}${cause}`).not.toContain(KEY);
    expect(cause).toContain("invalid header value");
  });

  test("to read the audio is told as that, with the code it came with", async () => {
    const drain: Fetch = async (_url, init) => new Response(await new Response(init?.body).text());
    const gone = new TranscriptionError("aborted", "The upload is gone.");
    const open = (error: Error) =>
      audioOf({
        // oxlint-disable-next-line require-yield -- it fails before its first bytes
        async *open() {
          throw error;
        },
      });
    await expect(run(drain, callOf(rawBody(open(gone))))).rejects.toBe(gone);
    const broken = open(new Error("disk on fire"));
    for (const streamUploads of [true, false]) {
      const transport = createFetchTransport({ fetch: drain, streamUploads });
      await expect(transport(callOf(rawBody(broken)), live())).rejects.toMatchObject({
        code: "aborted",
        message: "The audio could not be read to its end.",
      });
    }
  });
});

test("a success that comes before the audio was read is none, and a refusal is", async () => {
  const early =
    (status: number): Fetch =>
    async (_url, init) => {
      if (!(init?.body instanceof ReadableStream)) throw new Error("no stream");
      await init.body.getReader().read();
      return new Response("early", { status });
    };
  const read = async (status: number): Promise<string> =>
    readText(await run(early(status), callOf(rawBody())));
  await expect(read(200)).rejects.toMatchObject({ code: "network" });
  expect(await read(413)).toBe("early");
});

describe("cancellation", () => {
  /** Answers never; rejects as fetch does when its signal fires. */
  const hang: Fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new DOMException("x", "AbortError")));
    });

  test("before the call sends nothing", async () => {
    const { calls, fetch } = createRecorder();
    await expect(run(fetch, callOf(), AbortSignal.abort())).rejects.toMatchObject({
      code: "aborted",
    });
    expect(calls).toEqual([]);
  });

  test("while waiting, with the reason's meaning", async () => {
    const reject = async (reason: unknown): Promise<unknown> => {
      const controller = new AbortController();
      const pending = run(hang, callOf(), controller.signal).catch((error: unknown) => error);
      controller.abort(reason);
      return pending;
    };
    expect(await reject(undefined)).toMatchObject({ code: "aborted" });
    expect(await reject(new DOMException("late", "TimeoutError"))).toMatchObject({
      code: "timeout",
    });
    const own = new TranscriptionError("timeout", "The deadline of the group has passed.");
    expect(await reject(own)).toBe(own);
  });

  test("while the audio is being sent closes the audio", async () => {
    const controller = new AbortController();
    let closed = false;
    const audio = audioOf({
      async *open() {
        try {
          for (;;) yield new Uint8Array(1);
        } finally {
          closed = true;
        }
      },
    });
    const fetch: Fetch = async (_url, init) => {
      if (!(init?.body instanceof ReadableStream)) throw new Error("no stream");
      const reader = init.body.getReader();
      await reader.read();
      controller.abort();
      await reader.cancel();
      throw new DOMException("x", "AbortError");
    };
    const pending = run(fetch, callOf(rawBody(audio)), controller.signal);
    await expect(pending).rejects.toMatchObject({ code: "aborted" });
    expect(closed).toBe(true);
  });

  test("while the answer is being read", async () => {
    const controller = new AbortController();
    const body = bodyOf('{"te', new DOMException("x", "AbortError"));
    const response = await run(async () => new Response(body), callOf(), controller.signal);
    const reading = readText(response);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
  });
});

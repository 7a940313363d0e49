import { silentLogger, systemClock, TranscriptionError } from "@earshot/core";
import type { HttpCall, HttpResponse, ProviderContext } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { callProvider, openStream } from "./call-provider.ts";

const KEY = "acme-test-key";

const call: HttpCall = {
  method: "POST",
  url: "https://api.example/v1",
  headers: { authorization: `Token ${KEY}` },
  body: { type: "none" },
};

type Piece = string | Error;

const answer = (status: number, ...pieces: readonly Piece[]): HttpResponse => ({
  status,
  header: () => undefined,
  body: (async function* () {
    for (const piece of pieces) {
      if (typeof piece !== "string") throw piece;
      yield new TextEncoder().encode(piece);
    }
  })(),
});

const contextOf = (
  send: ProviderContext["send"],
  signal: AbortSignal = new AbortController().signal,
): ProviderContext => ({
  signal,
  clock: systemClock,
  random: () => 0,
  send,
  logger: silentLogger,
});

const everythingIn = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack} ${JSON.stringify(Object.entries(error))} ${everythingIn(error.cause)}`
    : String(error);

const network = new TranscriptionError("network", "The connection broke.", { requestId: "r" });

const source = { provider: "acme-eu", call };

describe("callProvider", () => {
  test("compares a date with the date, however far the clock is from it", async () => {
    const date = Date.UTC(2026, 0, 1);
    const context: ProviderContext = {
      ...contextOf(async () => ({
        ...answer(429),
        header: (name) =>
          name === "retry-after" ? new Date(date + 9000).toUTCString() : undefined,
      })),
      clock: { ...systemClock, now: () => date - 86_400_000, date: () => date },
    };
    await expect(callProvider(context, source)).rejects.toMatchObject({ retryAfterMs: 9000 });
  });

  test("reads the answer", async () => {
    const context = contextOf(async () => answer(201, '{"a"', ":1}"));
    const { response, text } = await callProvider(context, source);
    expect(text).toBe('{"a":1}');
    expect(response.status).toBe(201);
  });

  test("classifies refusals, and never shows the key of the call's headers", async () => {
    const context = contextOf(async () => answer(401, `{"error":"The key ${KEY} is unknown"}`));
    const error = await callProvider(context, source).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "provider_authentication", provider: "acme-eu" });
    expect(String(error)).toContain("[redacted] is unknown");
  });

  test.each([201, 202])("a %i in raw text is no transcript", async (status) => {
    const context = contextOf(async () => answer(status, "Accepted"));
    for (const expects of ["text", "subtitles"] as const)
      await expect(callProvider(context, { ...source, expects })).rejects.toMatchObject({
        code: "bad_response",
        upstreamStatus: status,
      });
  });

  test.each([204, 205, 206, 207, 226])("a %i is no answer", async (status) => {
    let closed = false;
    const body = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error("nobody reads this")),
        return: () => {
          closed = true;
          return Promise.resolve({ done: true as const, value: undefined });
        },
      }),
    };
    const context = contextOf(async () => ({ ...answer(status), body }));
    await expect(callProvider(context, source)).rejects.toMatchObject({
      code: "bad_response",
      upstreamStatus: status,
    });
    expect(closed).toBe(true);
  });

  test("needs no body where the status is the answer", async () => {
    const context = contextOf(async () => answer(204));
    const { text } = await callProvider(context, { ...source, expects: "nothing" });
    expect(text).toBe("");
  });

  test("gives up an answer beyond the bound of its kind", async () => {
    const large = "x".repeat(5 * 1024 * 1024);
    const ask = (expects: "json" | "text"): Promise<unknown> =>
      callProvider(
        contextOf(async () => answer(200, large)),
        { ...source, expects },
      );
    await expect(ask("json")).resolves.toBeDefined();
    await expect(ask("text")).rejects.toMatchObject({ code: "bad_response", provider: "acme-eu" });
  });

  test("shows no secret of a header, whatever its name, in id, cause and message", async () => {
    const headers = { "x-tenant": "tenant-secret-1" };
    const echo = { ...answer(500, "tenant-secret-1 failed"), header: () => "tenant-secret-1" };
    const secretive = { ...source, call: { ...call, headers } };
    const cause = new Error("invalid header tenant-secret-1", {
      cause: new Error("deeper: tenant-secret-1"),
    });
    const broken = new TranscriptionError("network", "No: tenant-secret-1.", { cause });
    for (const context of [
      contextOf(async () => echo),
      contextOf(() => Promise.reject(broken)),
      contextOf(() => Promise.reject(cause)),
    ]) {
      const error: unknown = await callProvider(context, secretive).catch(
        (caught: unknown) => caught,
      );
      expect(TranscriptionError.is(error)).toBe(true);
      expect(everythingIn(error)).not.toContain("tenant-secret-1");
    }
  });

  test("a vendor's rules that crash leave the status to tell", async () => {
    const context = contextOf(async () => answer(503, "{}"));
    const classify = (): never => {
      throw new RangeError("Maximum call stack size exceeded");
    };
    await expect(callProvider(context, { ...source, classify })).rejects.toMatchObject({
      code: "overloaded",
    });
  });

  test("asks the vendor's own rules first", async () => {
    const context = contextOf(async () => answer(401, '{"error":"gone"}'));
    const gone = new TranscriptionError("service_discontinued", "Gone.", { provider: "acme" });
    await expect(callProvider(context, { ...source, classify: () => gone })).rejects.toBe(gone);
    await expect(
      callProvider(context, { ...source, classify: () => undefined }),
    ).rejects.toMatchObject({ code: "provider_authentication" });
  });

  test("classifies a refusal whose body breaks off", async () => {
    const context = contextOf(async () => answer(429, '{"error":{"message":"Slow', network));
    await expect(callProvider(context, source)).rejects.toMatchObject({
      code: "rate_limited",
      message: "acme-eu answered 429: Slow.",
    });
  });

  test("reads no more than the beginning of an endless error page", async () => {
    const page = `<html><title>Sorry</title>${"x".repeat(100_000)}`;
    const context = contextOf(async () => answer(500, page, new Error("read too far")));
    await expect(callProvider(context, source)).rejects.toMatchObject({ code: "provider_error" });
  });

  test("names the provider in an error of the transport", async () => {
    const context = contextOf(() => Promise.reject(network));
    await expect(callProvider(context, source)).rejects.toMatchObject({
      code: "network",
      provider: "acme-eu",
      requestId: "r",
    });
    const cut = contextOf(async () => answer(200, "{", network));
    await expect(callProvider(cut, source)).rejects.toMatchObject({ provider: "acme-eu" });
  });

  test("turns what no transport may throw into `internal`", async () => {
    const context = contextOf(() => Promise.reject(new Error(`bug with ${KEY}`)));
    const error = await callProvider(context, source).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "internal" });
    expect(String(error)).not.toContain(KEY);
  });

  test("sends nothing after the signal has fired", async () => {
    let sent = false;
    const send = async (): Promise<HttpResponse> => {
      sent = true;
      return answer(200);
    };
    const context = contextOf(send, AbortSignal.abort());
    await expect(callProvider(context, source)).rejects.toMatchObject({ code: "aborted" });
    expect(sent).toBe(false);
  });

  test("logs what happened without the key", async () => {
    const lines: string[] = [];
    const debug = (fields: object, message: string): void => {
      lines.push(`${JSON.stringify(fields)} ${message}`);
    };
    const context = contextOf(async () => answer(200, "{}"));
    await callProvider({ ...context, logger: { ...silentLogger, debug } }, source);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"status":200');
    expect(lines[0]).not.toContain(KEY);
  });
});

describe("openStream", () => {
  test("leaves the body to be read", async () => {
    const response = await openStream(
      contextOf(async () => answer(200, "data: ", "1\n\n")),
      source,
    );
    const pieces: string[] = [];
    for await (const chunk of response.body) pieces.push(new TextDecoder().decode(chunk));
    expect(pieces).toEqual(["data: ", "1\n\n"]);
  });

  test("classifies refusals", async () => {
    const context = contextOf(async () => answer(413));
    await expect(openStream(context, source)).rejects.toMatchObject({ code: "audio_too_large" });
  });

  test("names the provider when the body breaks off", async () => {
    const { body } = await openStream(
      contextOf(async () => answer(200, "data", network)),
      source,
    );
    const read = async (): Promise<void> => {
      for await (const chunk of body) expect(chunk.byteLength).toBe(4);
    };
    await expect(read()).rejects.toMatchObject({ code: "network", provider: "acme-eu" });
  });
});

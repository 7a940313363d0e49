import { request as nodeRequest } from "node:http";
import type { AudioFile, HttpCall } from "@earshot/core";
import { createFetchTransport, readText } from "@earshot/provider-kit";
import { afterEach, describe, expect, test } from "vitest";
import type { FakeVendor } from "./fake-answer.ts";
import { fieldValues, queryValues } from "./recorded-call.ts";
import { createAudioSample, speechSample } from "./speech-sample.ts";
import { startFakeUpstream } from "./upstream.ts";
import type { FakeUpstream, FakeUpstreamSettings } from "./upstream.ts";

const open: FakeUpstream[] = [];

const start = async (
  vendor: FakeVendor,
  settings?: FakeUpstreamSettings,
): Promise<FakeUpstream> => {
  const upstream = await startFakeUpstream(vendor, settings);
  open.push(upstream);
  return upstream;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((upstream) => upstream.close()));
});

const transport = createFetchTransport();
const live = (): AbortSignal => new AbortController().signal;

const uploadOf = (url: string, audio: AudioFile): HttpCall => ({
  method: "POST",
  url,
  headers: { authorization: "Bearer sk-test-upstream" },
  body: { type: "multipart", fields: [["model", "m-1"]], file: { name: "file", audio } },
});

describe("a real socket", () => {
  test.each([true, false])("carries a form unchanged (size known: %s)", async (known) => {
    const upstream = await start((call) => ({ body: { model: fieldValues(call, "model") } }));
    const audio = createAudioSample({
      bytes: speechSample({ seconds: 20 }),
      chunks: 50,
      overrides: known ? {} : { sizeBytes: undefined },
    });
    const response = await transport(uploadOf(`${upstream.url}/v1/a?x=1&x=2`, audio.file), live());
    expect(await readText(response)).toBe('{"model":["m-1"]}');
    const [call] = upstream.calls;
    if (call === undefined) throw new Error("nothing arrived");
    expect(call).toMatchObject({
      method: "POST",
      path: "/v1/a",
      headers: { authorization: "Bearer sk-test-upstream" },
      body: { files: [{ fileName: "talk.wav", mediaType: "audio/wav", sha256: audio.sha256 }] },
    });
    expect(queryValues(call, "x")).toEqual(["1", "2"]);
    expect(call.headers["content-length"] !== undefined).toBe(known);
    expect(call.headers["transfer-encoding"]).toBe(known ? undefined : "chunked");
  });

  test("a redirect is an answer, not a detour", async () => {
    const upstream = await start(() => ({ status: 302, headers: { location: "/elsewhere" } }));
    const call = { method: "GET", url: upstream.url, headers: {}, body: { type: "none" } } as const;
    const response = await transport(call, live());
    expect(response.status).toBe(302);
    expect(await readText(response)).toBe("");
    expect(upstream.calls).toHaveLength(1);
  });

  test("a connection that breaks off is a network error", async () => {
    const upstream = await start(() => ({
      headers: { "content-length": "100" },
      body: "half",
      ending: "broken",
    }));
    const call = { method: "GET", url: upstream.url, headers: {}, body: { type: "none" } } as const;
    const response = await transport(call, live());
    await expect(readText(response)).rejects.toMatchObject({ code: "network" });
  });

  test("nobody there is a network error that names the host", async () => {
    const upstream = await start(() => ({}));
    await upstream.close();
    const call = { method: "GET", url: upstream.url, headers: {}, body: { type: "none" } } as const;
    await expect(transport(call, live())).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining(
        `${new URL(upstream.url).host} failed: nothing listens there`,
      ),
    });
  });

  test("an early refusal arrives before the upload is complete", async () => {
    const upstream = await start(() => ({}), {
      onHeaders: ({ headers }) =>
        headers["authorization"] === "Bearer right" ? undefined : { status: 401, body: "no" },
    });
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const request = nodeRequest(upstream.url, { method: "POST" }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on("error", reject);
      request.write("the rest never comes");
    });
    expect(answer).toBe(401);
    expect(upstream.calls).toHaveLength(0);
    expect(upstream.requests).toHaveLength(1);
  });

  test("cancelling while the audio is sent ends the upload", async () => {
    const upstream = await start(() => ({}));
    const controller = new AbortController();
    const audio = createAudioSample({
      bytes: new Uint8Array(4_000_000),
      chunks: 40,
      onChunk: async (index) => {
        if (index < 4) return;
        controller.abort();
        await new Promise(() => {});
      },
    });
    const call = uploadOf(upstream.url, audio.file);
    await expect(transport(call, controller.signal)).rejects.toMatchObject({ code: "aborted" });
    await expect.poll(() => upstream.requests[0]?.aborted).toBe(true);
    expect(upstream.calls).toHaveLength(0);
  });

  test("cancelling while nothing is answered, and while half is", async () => {
    const upstream = await start((_call, index) =>
      index === 0 ? { silent: true } : { body: "half", ending: "hang" },
    );
    const call = { method: "GET", url: upstream.url, headers: {}, body: { type: "none" } } as const;
    const waiting = new AbortController();
    const pending = transport(call, waiting.signal);
    await expect.poll(() => upstream.calls.length).toBe(1);
    waiting.abort();
    await expect(pending).rejects.toMatchObject({ code: "aborted" });
    const reading = new AbortController();
    const body = (await transport(call, reading.signal)).body[Symbol.asyncIterator]();
    expect(new TextDecoder().decode((await body.next()).value)).toBe("half");
    const rest = body.next();
    reading.abort(new DOMException("late", "TimeoutError"));
    await expect(rest).rejects.toMatchObject({ code: "timeout" });
  });

  test("a vendor that throws is a 500 with its words", async () => {
    const upstream = await start(() => {
      throw new Error("srt is not a format of ours");
    });
    const call = { method: "GET", url: upstream.url, headers: {}, body: { type: "none" } } as const;
    const response = await transport(call, live());
    expect(response.status).toBe(500);
    expect(await readText(response)).toContain("srt is not a format of ours");
  });
});

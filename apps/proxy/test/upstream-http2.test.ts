import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createSecureServer } from "node:http2";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { json, text } from "node:stream/consumers";
import type { AudioFile, HttpCall, OpenOptions } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { createUndiciTransport } from "../src/index.ts";
import { createTestCertificate } from "./test-certificate.ts";

const certificate = createTestCertificate();
if (certificate === undefined)
  process.stderr.write("HTTP/2 is not tested: there is no `openssl` here.\n");

const AUDIO = randomBytes(5 * 1024 * 1024);
const PIECE_BYTES = 60_000;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

type Handler = (incoming: Http2ServerRequest, outgoing: Http2ServerResponse) => void;

const answerHash: Handler = (incoming, outgoing) => {
  const hash = createHash("sha256");
  incoming.on("data", (piece: Buffer) => hash.update(piece));
  incoming.on("end", () => {
    const { httpVersion, headers } = incoming;
    const length = headers["content-length"];
    outgoing.end(JSON.stringify({ httpVersion, length, hash: hash.digest("hex") }));
  });
};

/** A provider that offers HTTP/2 and HTTP/1.1, and a transport that trusts it. */
const startProvider = async (handler: Handler, http2: boolean) => {
  const seen = { connections: 0 };
  const server = createSecureServer({ allowHTTP1: true, ...certificate }, handler);
  server.on("secureConnection", () => {
    seen.connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const certificateAuthority = certificate?.cert ?? "";
  const transport = createUndiciTransport({ http2, certificateAuthority });
  const close = async (): Promise<void> => {
    await transport.close();
    server.close();
  };
  const url = `https://localhost:${port}/v1/audio/transcriptions`;
  return { seen, url, send: transport.send, [Symbol.asyncDispose]: close };
};

/** Audio that really uses the memory of a lent piece again, as uploads do. */
const createAudio = (sizeBytes: number | undefined = AUDIO.length) => {
  const opened: OpenOptions[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const open = async function* (options: OpenOptions = {}): AsyncGenerator<Uint8Array> {
    opened.push(options);
    const lent = Buffer.alloc(PIECE_BYTES);
    try {
      for (let start = 0; start < AUDIO.length; start += PIECE_BYTES) {
        const piece = AUDIO.subarray(start, start + PIECE_BYTES);
        if (options.transient !== true) yield piece;
        else yield lent.subarray(0, piece.copy(lent));
      }
    } finally {
      release();
    }
  };
  const about = { type: "file", fileName: "talk.mp3", mediaType: "audio/mpeg" } as const;
  const audio: AudioFile = { ...about, sizeBytes, durationSeconds: undefined, open };
  return { audio, opened, released };
};

const toCall = (url: string, audio: AudioFile): HttpCall => ({
  method: "POST",
  url,
  headers: { authorization: "Bearer sk-test-fake" },
  body: { type: "raw", contentType: "audio/mpeg", audio },
});

const { signal } = new AbortController();

describe.skipIf(certificate === undefined)("HTTP/2 to providers", () => {
  test.each([
    ["2.0", true, undefined],
    ["1.1", false, true],
  ])("5 MB over HTTP/%s arrive whole", async (httpVersion, http2, transient) => {
    await using provider = await startProvider(answerHash, http2);
    const { audio, opened } = createAudio();
    const { body } = await provider.send(toCall(provider.url, audio), signal);
    const length = String(AUDIO.length);
    expect(await json(body)).toEqual({ httpVersion, length, hash: sha256(AUDIO) });
    expect(opened.map((options) => options.transient)).toEqual([transient]);
  });

  test("audio of unknown size arrives whole over HTTP/2", async () => {
    await using provider = await startProvider(answerHash, true);
    const { audio } = createAudio();
    const call = toCall(provider.url, { ...audio, sizeBytes: undefined });
    const { body } = await provider.send(call, signal);
    expect(await json(body)).toEqual({ httpVersion: "2.0", hash: sha256(AUDIO) });
  });

  test("uploads at the same time share one HTTP/2 connection", async () => {
    await using provider = await startProvider(answerHash, true);
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { body } = await provider.send(toCall(provider.url, createAudio().audio), signal);
        return json(body);
      }),
    );
    const whole = expect.objectContaining({ httpVersion: "2.0", hash: sha256(AUDIO) });
    expect(answers).toEqual([whole, whole, whole, whole]);
    expect(provider.seen.connections).toBe(1);
  });

  test("an early refusal over HTTP/2 is read, and the audio let go", async () => {
    await using provider = await startProvider((_incoming, outgoing) => {
      outgoing.writeHead(413).end("too large", () => outgoing.stream.close());
    }, true);
    const { audio, released } = createAudio();
    const { status, body } = await provider.send(toCall(provider.url, audio), signal);
    expect(status).toBe(413);
    expect(await text(body)).toBe("too large");
    await released;
  });

  test("an early success over HTTP/2 is none, and the audio let go", async () => {
    await using provider = await startProvider((_incoming, outgoing) => {
      outgoing.writeHead(200).end("early", () => outgoing.stream.close());
    }, true);
    const { audio, released } = createAudio();
    await expect(provider.send(toCall(provider.url, audio), signal)).rejects.toMatchObject({
      code: "network",
    });
    await released;
  });

  test("a cancelled HTTP/2 upload lets the audio go, and others go on", async () => {
    const controller = new AbortController();
    await using provider = await startProvider((incoming, outgoing) => {
      if (incoming.url === "/slow") controller.abort();
      else answerHash(incoming, outgoing);
    }, true);
    const { audio, released } = createAudio();
    const slow = { ...toCall(provider.url, audio), url: new URL("/slow", provider.url).href };
    await expect(provider.send(slow, controller.signal)).rejects.toMatchObject({ code: "aborted" });
    await released;
    const { body } = await provider.send(toCall(provider.url, createAudio().audio), signal);
    expect(await json(body)).toMatchObject({ hash: sha256(AUDIO) });
    expect(provider.seen.connections).toBe(1);
  });
});

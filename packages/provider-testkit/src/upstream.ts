import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { headersOfAnswer, piecesOfAnswer } from "./fake-answer.ts";
import type { FakeAnswer, FakeVendor } from "./fake-answer.ts";
import { recordBody, splitUrl } from "./recorded-call.ts";
import type { RecordedCall } from "./recorded-call.ts";

export type { FakeAnswer, FakeVendor, Fixture } from "./fake-answer.ts";
export type { RecordedBody, RecordedCall, RecordedFile } from "./recorded-call.ts";

/** One request from its first byte on; `call` appears when its body is complete. */
export interface UpstreamCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body so far. */
  readonly receivedBytes: number;
  readonly call: RecordedCall | undefined;
  /** True when the client went away before the answer was complete. */
  readonly aborted: boolean;
}

export interface FakeUpstreamSettings {
  /** Answers before the body is read, as servers do that refuse a key or a size; undefined goes on. */
  readonly onHeaders?: (call: UpstreamCall) => FakeAnswer | undefined;
  /** Milliseconds before each answer, by default none. */
  readonly delayMs?: number;
}

/** A vendor on a real socket of this machine. */
export interface FakeUpstream {
  /** `http://127.0.0.1:PORT`, no slash at its end. */
  readonly url: string;
  /** Complete requests, in order. */
  readonly calls: readonly RecordedCall[];
  /** Every request, also unfinished ones, in order of arrival. */
  readonly requests: readonly UpstreamCall[];
  /** Cuts all connections; may be called twice. */
  close(): Promise<void>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );

const readBody = async (
  request: IncomingMessage,
  state: Mutable<UpstreamCall>,
): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    state.receivedBytes += chunk.byteLength;
  }
  return Buffer.concat(chunks);
};

const writeAnswer = async (response: ServerResponse, answer: FakeAnswer): Promise<void> => {
  if (answer.silent === true) return;
  response.writeHead(answer.status ?? 200, headersOfAnswer(answer));
  response.flushHeaders();
  for (const piece of piecesOfAnswer(answer)) {
    await new Promise<void>((resolve) => {
      response.write(piece, () => resolve());
    });
  }
  if (answer.ending === "broken") response.destroy();
  else if (answer.ending !== "hang") response.end();
};

const failed = (error: unknown): FakeAnswer => ({
  status: 500,
  body: { error: `The fake upstream failed: ${error instanceof Error ? error.message : ""}` },
});

/**
 * Starts an HTTP server that decodes every request and lets the vendor answer, so that a test can
 * enforce a vendor's own rules over real sockets. What the vendor throws is answered as 500.
 */
export async function startFakeUpstream(
  vendor: FakeVendor,
  settings: FakeUpstreamSettings = {},
): Promise<FakeUpstream> {
  const calls: RecordedCall[] = [];
  const requests: UpstreamCall[] = [];

  const toAnswer = async (
    request: IncomingMessage,
    state: Mutable<UpstreamCall>,
  ): Promise<FakeAnswer> => {
    const early = settings.onHeaders?.(state);
    if (early !== undefined) return early;
    const bytes = await readBody(request, state);
    const { method, headers } = state;
    const url = `http://${headers["host"] ?? "localhost"}${request.url ?? "/"}`;
    const body = recordBody(headers["content-type"], bytes);
    const call: RecordedCall = { method, url, ...splitUrl(url), headers, body };
    state.call = call;
    calls.push(call);
    if (settings.delayMs !== undefined) await pause(settings.delayMs);
    return vendor(call, calls.length - 1);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const state: Mutable<UpstreamCall> = {
      method: request.method ?? "GET",
      path: new URL(request.url ?? "/", "http://localhost").pathname,
      headers: headersOf(request),
      receivedBytes: 0,
      call: undefined,
      aborted: false,
    };
    requests.push(state);
    response.on("close", () => {
      state.aborted = !response.writableFinished;
    });
    const answer = await toAnswer(request, state).catch(failed);
    if (!response.destroyed) await writeAnswer(response, answer);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port.");
  const { port } = address;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, calls, requests, close };
}

import { TranscriptionError } from "@earshot/core";
import { toAbortError } from "@earshot/provider-kit";
import { EnvHttpProxyAgent, request } from "undici";
import type { Dispatcher } from "undici";
import type { NpmSettings } from "./npm-settings.ts";

/** One answer, after redirects. Its body must be read or thrown away. */
export interface HttpAnswer {
  readonly status: number;
  /** Undefined when absent. */
  header(name: string): string | undefined;
  /** Rejects with `network` when it ends early. */
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
  discard(): Promise<void>;
}

export interface HttpGetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** GETs through the user's proxy and certificates. */
export interface HttpClient {
  /**
   * Follows up to five redirects. Credentials go with each address that npm has some for, never to
   * another host. Rejects with `network`, or with the signal's error.
   */
  get(url: string, options: HttpGetOptions): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const SILENCE_MS = 30_000;

/** An address as it may be shown: without name, password and query. */
export function publicUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

const causesOf = (error: unknown): readonly string[] => {
  if (error instanceof AggregateError) return error.errors.flatMap(causesOf);
  if (!(error instanceof Error)) return [String(error)];
  return error.cause === undefined ? [error.message] : causesOf(error.cause);
};

const toFailure = (error: unknown, url: URL, signal: AbortSignal): TranscriptionError => {
  if (signal.aborted) return toAbortError(signal);
  const why = causesOf(error).join("; ");
  return new TranscriptionError("network", `${publicUrl(url)} cannot be read: ${why}.`, {
    cause: error,
  });
};

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  url: URL,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw toFailure(error, url, signal);
  }
}

const toAnswer = (
  { statusCode, headers, body }: Dispatcher.ResponseData,
  url: URL,
  signal: AbortSignal,
): HttpAnswer => {
  const bytes = readBody(body, url, signal);
  return {
    status: statusCode,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: bytes,
    text: async () => {
      const decoder = new TextDecoder();
      let text = "";
      for await (const part of bytes) text += decoder.decode(part, { stream: true });
      return text + decoder.decode();
    },
    discard: async () => {
      await body.dump();
    },
  };
};

const withoutCredentials = (url: URL): URL => {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain;
};

const createDispatcher = ({ proxy, certificates, strictSsl }: NpmSettings): Dispatcher => {
  const tls = { rejectUnauthorized: strictSsl, ca: certificates };
  return new EnvHttpProxyAgent({
    httpProxy: proxy.http,
    httpsProxy: proxy.https,
    noProxy: proxy.none,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });
};

/** Creates a client; close it, or its connections keep the program alive for a while. */
export function createHttpClient(npm: NpmSettings): HttpClient {
  const dispatcher = createDispatcher(npm);
  const getOnce = async (url: URL, { headers, signal }: HttpGetOptions): Promise<HttpAnswer> => {
    const authorization = npm.authorizationOf(url.href);
    try {
      const response = await request(withoutCredentials(url), {
        dispatcher,
        signal,
        headers: { ...headers, authorization },
      });
      return toAnswer(response, url, signal);
    } catch (error) {
      throw toFailure(error, url, signal);
    }
  };
  return {
    close: () => dispatcher.destroy(),
    get: async (url, options) => {
      let address = new URL(url);
      for (let redirects = 0; ; redirects++) {
        const answer = await getOnce(address, options);
        const location = answer.header("location");
        const follow = REDIRECTS.has(answer.status) && location !== undefined;
        if (!follow || redirects === MOST_REDIRECTS) return answer;
        await answer.discard();
        address = new URL(location, address);
      }
    },
  };
}

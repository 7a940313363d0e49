import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { TranscriptionError } from "@earshot/core";
import { toErrorBody } from "@earshot/formats";
import { getRequestListener, RequestError } from "@hono/node-server";
import { createCloser } from "./connection/create-closer.ts";
import type { Closer } from "./connection/create-closer.ts";
import { createHttpServer } from "./connection/create-http-server.ts";
import type { ConnectionLimits } from "./connection/create-http-server.ts";
import { createApp } from "./create-app.ts";
import type { ProxySettings } from "./create-app.ts";
import { planGarbageCollection } from "./ingest/garbage-collection.ts";
import { hostOf } from "./local-names.ts";
import { asTranscriptionError } from "./respond.ts";

export interface ListenSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly limits?: ConnectionLimits;
}

/** A proxy that listens. */
export interface RunningProxy extends Closer {
  /** Where it can be reached from this machine, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly server: Server;
  /**
   * Serves requests that come from now on with other settings; resolves when the last request of the
   * former ones has ended.
   */
  replace(settings: ProxySettings): Promise<void>;
}

const LOOPBACK: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "[::1]"],
  ["::1", "[::1]"],
]);

/** Those that the framework takes as they are. */
const USUAL_HOST = /^[a-z\d.-]+(?::\d+)?$/u;

/** The framework takes hosts only as browsers write them, not `127.0.0.1:` or `[::ffff:127.0.0.1]`. */
const makeHostUsual = ({ headers }: IncomingMessage): void => {
  const { host } = headers;
  if (host !== undefined && !USUAL_HOST.test(host)) headers.host = hostOf(host) ?? host;
};

/** Answers what the framework cannot take as a request, and so never reaches the application. */
const createRefusal =
  ({ logger }: ProxySettings) =>
  (thrown: unknown): Response => {
    const error =
      thrown instanceof RequestError
        ? new TranscriptionError(
            "invalid_request",
            `The request cannot be served: its Host header or its address is not valid (${thrown.message}).`,
          )
        : asTranscriptionError(thrown);
    const { status, body } = toErrorBody(error);
    const fields = { status, code: error.code };
    if (status >= 500) logger.error({ ...fields, error }, error.message);
    else logger.info({ ...fields, reason: error.message }, `${status} · ${error.message}`);
    const headers = { connection: "close", "x-should-retry": "false" };
    return Response.json(body, { status, headers });
  };

/** One application, and how to know when it has given its last answer. */
const createRequestHandler = (settings: ProxySettings, address: string) => {
  const listener = getRequestListener(createApp(settings, address).fetch, {
    // Only HTTP/1.0 may leave the host out.
    hostname: "localhost",
    errorHandler: createRefusal(settings),
  });
  let running = 0;
  let onIdle: (() => void) | undefined;
  return {
    handle: (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      running += 1;
      outgoing.once("close", () => {
        running -= 1;
        if (running === 0) onIdle?.();
      });
      makeHostUsual(incoming);
      void listener(incoming, outgoing);
    },
    /** To be asked when no request comes any more. */
    untilIdle: (): Promise<void> =>
      new Promise((resolve) => {
        onIdle = resolve;
        if (running === 0) resolve();
      }),
  };
};

/**
 * Starts the HTTP server, and tells V8 how to collect the garbage of its uploads. Rejects with the
 * system's error when the address cannot be taken.
 */
export async function startProxy(
  settings: ProxySettings,
  where: ListenSettings,
): Promise<RunningProxy> {
  planGarbageCollection();
  let current: ReturnType<typeof createRequestHandler> | undefined;
  const http = createHttpServer(
    (incoming, outgoing) => current?.handle(incoming, outgoing),
    where.limits,
  );
  const { server } = http;
  server.listen(where.port, where.host);
  await once(server, "listening");
  const found = server.address();
  const { address, port } =
    typeof found === "object" && found !== null ? found : { address: where.host, port: where.port };
  // No connection is served before this turn of the event loop is over.
  current = createRequestHandler(settings, address);
  return {
    ...createCloser(http),
    url: `http://${LOOPBACK.get(where.host) ?? where.host}:${port}`,
    server,
    replace: (next) => {
      const former = current;
      current = createRequestHandler(next, address);
      return former?.untilIdle() ?? Promise.resolve();
    },
  };
}

import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { answerBeforeBodyEnds } from "./close-gently.ts";
import { endUnreadAnswer } from "./end-unread-answer.ts";
import { trackIdleConnections } from "./idle-connections.ts";
import type { IdleConnections } from "./idle-connections.ts";
import { refuseBrokenRequest } from "./refuse-broken-request.ts";
import { serveInTurn } from "./serve-in-turn.ts";
import type { RequestListener } from "./serve-in-turn.ts";

/** Bounds on connections, on what comes before a body, and on how answers are taken. */
export interface ConnectionLimits {
  /** How long the headers of a request may take, in milliseconds; default 60,000. */
  readonly headerTimeoutMs?: number | undefined;
  /** Of the request line and the headers together; default 16 KiB. */
  readonly maxHeaderBytes?: number | undefined;
  /** Further connections are closed at once; default as many as the system allows. */
  readonly maxConnections?: number | undefined;
  /** How long a client may take nothing of its answer, in milliseconds; default 60,000. */
  readonly responseIdleTimeoutMs?: number | undefined;
}

/** An HTTP server, the answers that are not out yet, and the connections without one. */
export interface HttpServer {
  readonly server: Server;
  readonly running: ReadonlySet<ServerResponse>;
  readonly idle: IdleConnections;
}

/** How often connections are looked for that take too long, at most. */
const CHECK_MS = 5000;

/** How long a connection may wait for its next request. */
const KEEP_ALIVE_MS = 65_000;

/** Creates the server; it does not listen yet. */
export function createHttpServer(
  listener: RequestListener,
  limits: ConnectionLimits = {},
): HttpServer {
  const { headerTimeoutMs = 60_000, maxHeaderBytes = 16 * 1024, maxConnections } = limits;
  const { responseIdleTimeoutMs = 60_000 } = limits;
  const checkMs = Math.min(CHECK_MS, headerTimeoutMs);
  const running = new Set<ServerResponse>();
  const serve = serveInTurn((incoming, outgoing) => {
    running.add(outgoing);
    outgoing.once("close", () => {
      running.delete(outgoing);
      idle.answered(incoming.socket);
    });
    answerBeforeBodyEnds(incoming, outgoing);
    endUnreadAnswer(incoming, outgoing, responseIdleTimeoutMs);
    listener(incoming, outgoing);
  });
  const server = createServer(
    {
      // Uploads may take hours: silence and slowness end them (see the form's limits), not length.
      requestTimeout: 0,
      headersTimeout: headerTimeoutMs,
      connectionsCheckingInterval: checkMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: maxHeaderBytes,
      // Node would refuse without a word; the application says what is missing.
      requireHostHeader: false,
    },
    serve,
  );
  const idle = trackIdleConnections(server, running);
  // Node's own timers begin anew with every byte, also with empty lines, which are no request.
  const sweep = setInterval(() => idle.end(KEEP_ALIVE_MS + headerTimeoutMs), checkMs).unref();
  server.once("close", () => clearInterval(sweep));
  if (maxConnections !== undefined) {
    server.maxConnections = maxConnections;
    // Otherwise the processes of a cluster hand such a connection around until one can take it.
    Object.assign(server, { dropMaxConnection: true });
  }
  // The client waits for a word before it sends its body: it gets one when somebody reads it, so a
  // request that is refused by its headers costs no upload.
  server.on("checkContinue", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    incoming.once("resume", () => {
      if (!outgoing.headersSent) outgoing.writeContinue();
    });
    serve(incoming, outgoing);
  });
  server.on("clientError", (error, socket) => {
    refuseBrokenRequest(
      error,
      socket,
      [...running].find((outgoing) => outgoing.socket === socket),
    );
  });
  return { server, running, idle };
}

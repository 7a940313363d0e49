import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { answerBeforeBodyEnds } from "./close-gently.ts";
import { refuseBrokenRequest } from "./refuse-broken-request.ts";
import { serveInTurn } from "./serve-in-turn.ts";
import type { RequestListener } from "./serve-in-turn.ts";

/** Bounds on connections and on what comes before a body. */
export interface ConnectionLimits {
  /** How long the headers of a request may take, in milliseconds; default 60,000. */
  readonly headerTimeoutMs?: number | undefined;
  /** Of the request line and the headers together; default 16 KiB. */
  readonly maxHeaderBytes?: number | undefined;
  /** Further connections are closed at once; default as many as the system allows. */
  readonly maxConnections?: number | undefined;
}

/** An HTTP server and the answers that are not out yet. */
export interface HttpServer {
  readonly server: Server;
  readonly running: ReadonlySet<ServerResponse>;
}

/** How often Node looks for connections whose headers take too long, at most. */
const CHECK_MS = 30_000;

/** Creates the server; it does not listen yet. */
export function createHttpServer(
  listener: RequestListener,
  limits: ConnectionLimits = {},
): HttpServer {
  const { headerTimeoutMs = 60_000, maxHeaderBytes = 16 * 1024, maxConnections } = limits;
  const running = new Set<ServerResponse>();
  const serve = serveInTurn((incoming, outgoing) => {
    running.add(outgoing);
    outgoing.once("close", () => running.delete(outgoing));
    answerBeforeBodyEnds(incoming, outgoing);
    listener(incoming, outgoing);
  });
  const server = createServer(
    {
      // Uploads may take hours: silence and slowness end them (see the form's limits), not length.
      requestTimeout: 0,
      headersTimeout: headerTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, headerTimeoutMs),
      keepAliveTimeout: 65_000,
      maxHeaderSize: maxHeaderBytes,
    },
    serve,
  );
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
  return { server, running };
}

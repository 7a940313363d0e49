import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { defaultSettings } from "@earshot/config";
import { answerBeforeBodyEnds, refuseBrokenRequest } from "./refuse-broken-request.ts";

/**
 * Bounds on connections, on what comes before a body, and on how answers are taken. Those that are
 * absent are as in a config that says nothing of them.
 */
export interface ConnectionLimits {
  /** How long the headers of a request may take, in milliseconds. */
  readonly headerTimeoutMs?: number | undefined;
  /** Of the request line and the headers together. */
  readonly maxHeaderBytes?: number | undefined;
  /** Further connections are closed at once; default as many as the system allows. */
  readonly maxConnections?: number | undefined;
  /** How long a client may take nothing of its answer, in milliseconds. */
  readonly responseIdleTimeoutMs?: number | undefined;
}

/** What serves one request. */
export type RequestListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** The connections of a server on which no request is being answered. */
export interface IdleConnections {
  /** A request on it has been answered. */
  readonly answered: (socket: Socket) => void;
  /** Ends those that have been so for longer, in milliseconds, whatever they sent meanwhile. */
  readonly end: (longerThanMs: number) => void;
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

/** Each takes memory before anybody looks at it; clients that do this at all send a few. */
const MOST_WAITING = 100;

interface Line {
  /** The last answer of the connection; every other one comes before it. */
  latest: ServerResponse;
  waiting: number;
}

/**
 * Serves the requests of one connection one after the other, also when a client sends them at once.
 * Those behind an answer that closes the connection are not served: nobody would get their answers,
 * and Node never tells that these are over. A client that sends a hundred ahead is cut off.
 */
const serveInTurn = (listener: RequestListener): RequestListener => {
  const lines = new WeakMap<Socket, Line>();
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const line = lines.get(socket);
    const serve = (): void => {
      if (!socket.writableEnded && !socket.destroyed) listener(incoming, outgoing);
    };
    if (line === undefined || line.latest.closed) {
      lines.set(socket, { latest: outgoing, waiting: 0 });
      serve();
      return;
    }
    line.latest.once("close", () => {
      line.waiting -= 1;
      serve();
    });
    line.latest = outgoing;
    line.waiting += 1;
    if (line.waiting > MOST_WAITING) socket.destroy();
  };
};

/**
 * Cuts a client off that takes nothing of its answer for that long: what it does not take is held in
 * memory, with everything that the answer comes out of. Time in which there is nothing to take does
 * not count.
 */
const endUnreadAnswer = (
  { socket }: IncomingMessage,
  outgoing: ServerResponse,
  idleTimeoutMs: number,
): void => {
  // Node restarts this timer when bytes come or go, and looks itself whether a slow write moves on.
  socket.setTimeout(idleTimeoutMs);
  outgoing.on("timeout", () => {
    if (socket.writableLength > 0) socket.destroy();
  });
};

/** Keeps account of a server's connections from its beginning; `running` are its unfinished answers. */
export function trackIdleConnections(
  server: Server,
  running: ReadonlySet<ServerResponse>,
): IdleConnections {
  const idleSinceMs = new Map<Socket, number>();
  server.on("connection", (socket: Socket) => {
    idleSinceMs.set(socket, performance.now());
    socket.once("close", () => idleSinceMs.delete(socket));
  });
  return {
    answered: (socket) => {
      if (idleSinceMs.has(socket)) idleSinceMs.set(socket, performance.now());
    },
    end: (longerThanMs) => {
      const busy = new Set([...running].map(({ req }) => req.socket));
      const before = performance.now() - longerThanMs;
      for (const [socket, sinceMs] of idleSinceMs)
        if (sinceMs < before && !busy.has(socket)) socket.destroy();
    },
  };
}

/** Creates the server; it does not listen yet. */
export function createHttpServer(
  listener: RequestListener,
  limits: ConnectionLimits = {},
): HttpServer {
  const { general } = defaultSettings;
  const { headerTimeoutMs = general.headerTimeoutMs, maxConnections } = limits;
  const { responseIdleTimeoutMs = general.responseIdleTimeoutMs } = limits;
  const { maxHeaderBytes = general.maxHeaderSizeKb * 1024 } = limits;
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

import type { ServerResponse } from "node:http";
import { Server as TcpServer } from "node:net";
import type { HttpServer } from "./create-http-server.ts";

/** How often connections are looked for that became idle while the server closes. */
const SWEEP_MS = 50;

/** How long a connection without a whole request may hold up the end. */
const LAST_REQUEST_MS = 1000;

/** The ways to end a server. */
export interface Closer {
  /** Takes no new connection, and lets each open one send one more request; `close` is yet to come. */
  retire(): void;
  /**
   * Takes no new connection and lets running requests end within that time (default 10 s), then cuts
   * them off; resolves with how many that were. May be called again to shorten the time.
   */
  close(graceMs?: number): Promise<number>;
}

/** Ends a server once. */
export function createCloser({ server, running, idle }: HttpServer): Closer {
  let cutOff = 0;
  let closed: Promise<number> | undefined;
  let force: NodeJS.Timeout | undefined;
  let forcedAtMs = Infinity;

  const limit = (graceMs: number): void => {
    const atMs = performance.now() + graceMs;
    if (atMs >= forcedAtMs) return;
    forcedAtMs = atMs;
    clearTimeout(force);
    force = setTimeout(() => {
      cutOff = running.size;
      server.closeAllConnections();
    }, graceMs);
  };
  /** Tells clients to connect anew next time, where the answer has not begun. */
  const endConnections = (): void => {
    for (const response of running) response.shouldKeepAlive = false;
  };
  const close = (): Promise<number> =>
    new Promise((resolve) => {
      // A stream has begun already: its connection is found by the sweep.
      endConnections();
      const sweep = setInterval(() => {
        server.closeIdleConnections();
        // Node takes a connection that never sent anything for one whose request is coming.
        idle.end(LAST_REQUEST_MS);
      }, SWEEP_MS);
      server.close(() => {
        clearTimeout(force);
        clearInterval(sweep);
        resolve(cutOff);
      });
      server.closeIdleConnections();
    });

  return {
    retire: () => {
      endConnections();
      server.prependListener("request", (_, response: ServerResponse) => {
        response.shouldKeepAlive = false;
      });
      // The server's own way would end idle connections too, on which a request may be coming.
      TcpServer.prototype.close.call(server);
    },
    close: (graceMs = 10_000) => {
      limit(graceMs);
      return (closed ??= close());
    },
  };
}

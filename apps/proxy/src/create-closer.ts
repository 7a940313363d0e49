import type { Server, ServerResponse } from "node:http";

/** How often connections are looked for that became idle while the server closes. */
const SWEEP_MS = 50;

/**
 * The way to end a server: no new connection is taken, running answers may end within that time and
 * are then cut off; resolves with how many that were. A later call can only shorten the time.
 */
export function createCloser(
  server: Server,
  running: ReadonlySet<ServerResponse>,
): (graceMs: number) => Promise<number> {
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
  const close = (): Promise<number> =>
    new Promise((resolve) => {
      // Tells clients whose answer has not begun to connect anew next time. A stream has begun: its
      // connection is found by the sweep.
      for (const response of running) response.shouldKeepAlive = false;
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      server.close(() => {
        clearTimeout(force);
        clearInterval(sweep);
        resolve(cutOff);
      });
      server.closeIdleConnections();
    });

  return (graceMs) => {
    limit(graceMs);
    return (closed ??= close());
  };
}

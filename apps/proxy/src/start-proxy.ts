import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./create-app.ts";
import type { ProxySettings } from "./proxy-settings.ts";

export interface ListenSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A proxy that listens. */
export interface RunningProxy {
  /** Where it can be reached from this machine, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly server: Server;
  /**
   * Takes no new connection and lets running requests end within that time (default 10 s), then cuts
   * them off; resolves with how many that were.
   */
  close(graceMs?: number): Promise<number>;
}

const LOOPBACK: Readonly<Record<string, string>> = {
  "0.0.0.0": "127.0.0.1",
  "::": "[::1]",
  "::1": "[::1]",
};

const listen = (server: Server, { host, port }: ListenSettings): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });

/** How often connections are looked for that became idle while the server closes. */
const SWEEP_MS = 50;

/** The answers that are not out yet. */
type Running = ReadonlySet<ServerResponse>;

const close = (server: Server, running: Running, graceMs: number): Promise<number> =>
  new Promise((resolve) => {
    let cutOff = 0;
    const force = setTimeout(() => {
      cutOff = running.size;
      server.closeAllConnections();
    }, graceMs);
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

/** Starts the HTTP server. Rejects with the system's error when the address cannot be taken. */
export async function startProxy(
  settings: ProxySettings,
  where: ListenSettings,
): Promise<RunningProxy> {
  const app = createApp(settings);
  const listener = getRequestListener(app.fetch);
  const running = new Set<ServerResponse>();
  const server = createServer(
    // Uploads may take hours: silence ends them (see the form's idle timeout), not their length.
    { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 65_000 },
    (incoming, outgoing) => {
      running.add(outgoing);
      outgoing.once("close", () => running.delete(outgoing));
      void listener(incoming, outgoing);
    },
  );
  const port = await listen(server, where);
  return {
    url: `http://${LOOPBACK[where.host] ?? where.host}:${port}`,
    server,
    close: (graceMs = 10_000) => close(server, running, graceMs),
  };
}

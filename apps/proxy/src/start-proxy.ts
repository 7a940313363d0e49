import { createServer } from "node:http";
import type { Server } from "node:http";
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
  /** Takes no new connection, lets running requests end within that time, then closes them. */
  close(graceMs?: number): Promise<void>;
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

const close = (server: Server, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
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
  const server = createServer(
    // Uploads may take hours: silence ends them (see the form's idle timeout), not their length.
    { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 65_000 },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  const port = await listen(server, where);
  return {
    url: `http://${LOOPBACK[where.host] ?? where.host}:${port}`,
    server,
    close: (graceMs = 10_000) => close(server, graceMs),
  };
}

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createHttpServer } from "./connection/create-http-server.ts";
import type { ConnectionLimits } from "./connection/create-http-server.ts";
import { createApp } from "./create-app.ts";
import { createCloser } from "./create-closer.ts";
import type { ProxySettings } from "./proxy-settings.ts";

export interface ListenSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly limits?: ConnectionLimits;
}

/** A proxy that listens. */
export interface RunningProxy {
  /** Where it can be reached from this machine, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly server: Server;
  /**
   * Serves requests that come from now on with other settings; resolves when the last request of the
   * former ones has ended.
   */
  replace(settings: ProxySettings): Promise<void>;
  /** Takes no new connection, and lets each open one send one more request; `close` is yet to come. */
  retire(): void;
  /**
   * Takes no new connection and lets running requests end within that time (default 10 s), then cuts
   * them off; resolves with how many that were. May be called again to shorten the time.
   */
  close(graceMs?: number): Promise<number>;
}

const LOOPBACK: Readonly<Record<string, string>> = {
  "0.0.0.0": "127.0.0.1",
  "::": "[::1]",
  "::1": "[::1]",
};

interface Place {
  readonly address: string;
  readonly port: number;
}

/** `onListening` is called before the first connection is served. */
const listen = (
  server: Server,
  { host, port }: ListenSettings,
  onListening: (place: Place) => void,
): Promise<Place> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const found = server.address();
      const place = typeof found === "object" && found !== null ? found : { address: host, port };
      onListening(place);
      resolve(place);
    });
  });

/** One application, and how to know when it has given its last answer. */
const createRequestHandler = (settings: ProxySettings, address: string) => {
  const listener = getRequestListener(createApp(settings, address).fetch);
  let running = 0;
  let onIdle: (() => void) | undefined;
  return {
    handle: (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      running += 1;
      outgoing.once("close", () => {
        running -= 1;
        if (running === 0) onIdle?.();
      });
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

/** Starts the HTTP server. Rejects with the system's error when the address cannot be taken. */
export async function startProxy(
  settings: ProxySettings,
  where: ListenSettings,
): Promise<RunningProxy> {
  let current: ReturnType<typeof createRequestHandler> | undefined;
  const http = createHttpServer(
    (incoming, outgoing) => current?.handle(incoming, outgoing),
    where.limits,
  );
  const { server } = http;
  const closer = createCloser(http);
  const { address, port } = await listen(server, where, (place) => {
    current = createRequestHandler(settings, place.address);
  });
  return {
    url: `http://${LOOPBACK[where.host] ?? where.host}:${port}`,
    server,
    replace: (next) => {
      const former = current;
      current = createRequestHandler(next, address);
      return former?.untilIdle() ?? Promise.resolve();
    },
    retire: closer.retire,
    close: (graceMs = 10_000) => closer.close(graceMs),
  };
}

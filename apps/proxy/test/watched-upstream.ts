import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

/** One request to a provider, seen while it is still arriving. */
export interface WatchedRequest {
  readonly incoming: IncomingMessage;
  /** Everything that has come so far. */
  readonly bytes: () => Buffer;
  /** Resolves when that many bytes of the body have come. */
  readonly received: (count: number) => Promise<void>;
  /** True when the whole body came; false when the connection broke before. */
  readonly ended: Promise<boolean>;
}

/** A provider that tells what it gets as it gets it. */
export interface WatchedUpstream extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly WatchedRequest[];
  /** Resolves with the request of that number, 0 being the first, as soon as its head has come. */
  readonly request: (index: number) => Promise<WatchedRequest>;
}

export interface WatchedUpstreamSettings {
  /** Called with each whole request; default answers "Ask not." */
  readonly respond?: (outgoing: ServerResponse, index: number) => void;
  /** Called as soon as a request's head has come. */
  readonly onHead?: (outgoing: ServerResponse, index: number) => void;
  /** True leaves the body in the connection until somebody resumes `incoming`. */
  readonly paused?: boolean;
}

const answer = (outgoing: ServerResponse): void => {
  outgoing.setHeader("content-type", "application/json");
  outgoing.end('{"text":"Ask not."}');
};

const watch = (incoming: IncomingMessage): WatchedRequest => {
  const pieces: Buffer[] = [];
  let size = 0;
  incoming.on("data", (piece: Buffer) => {
    pieces.push(piece);
    size += piece.length;
  });
  incoming.on("error", () => {});
  return {
    incoming,
    bytes: () => Buffer.concat(pieces),
    received: async (count) => {
      while (size < count) await once(incoming, "data");
    },
    ended: new Promise((resolve) => {
      incoming.once("end", () => resolve(true)).once("close", () => resolve(incoming.complete));
    }),
  };
};

/** Starts it on a free port. */
export async function startWatchedUpstream(
  settings: WatchedUpstreamSettings = {},
): Promise<WatchedUpstream> {
  const { respond = answer, onHead, paused = false } = settings;
  const requests: WatchedRequest[] = [];
  let news = Promise.withResolvers<void>();
  const server = createServer((incoming, outgoing) => {
    const index = requests.length;
    const request = watch(incoming);
    if (paused) incoming.pause();
    requests.push(request);
    news.resolve();
    news = Promise.withResolvers();
    onHead?.(outgoing, index);
    void request.ended.then((whole) => {
      if (whole && !outgoing.headersSent) respond(outgoing, index);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    requests,
    request: async (index) => {
      for (;;) {
        const found = requests[index];
        if (found !== undefined) return found;
        await news.promise;
      }
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

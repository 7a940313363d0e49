import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What serves one request. */
export type RequestListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

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
export function serveInTurn(listener: RequestListener): RequestListener {
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
}

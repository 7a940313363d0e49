import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What serves one request. */
export type RequestListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Serves the requests of one connection one after the other, also when a client sends them at once.
 * Those behind an answer that closes the connection are not served: nobody would get their answers,
 * and Node never tells that these are over.
 */
export function serveInTurn(listener: RequestListener): RequestListener {
  const latest = new WeakMap<Socket, ServerResponse>();
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const before = latest.get(socket);
    latest.set(socket, outgoing);
    const serve = (): void => {
      if (!socket.writableEnded && !socket.destroyed) listener(incoming, outgoing);
    };
    if (before === undefined || before.closed) serve();
    else before.once("close", serve);
  };
}

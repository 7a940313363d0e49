import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** How long a client may go on sending after its answer, in milliseconds. */
const LINGER_MS = 2000;

/**
 * Closes a connection once what was written is out and the client has closed its side, after two
 * seconds at the latest. A connection that is closed with bytes unread is reset, and a reset takes
 * away an answer that the client, busy sending, has not read yet.
 */
export function closeGently(socket: Duplex): void {
  const force = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(force));
  socket.end();
}

/** Lets a client that is answered before its body is over read the answer. */
export function answerBeforeBodyEnds(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.once("prefinish", () => {
    if (incoming.complete) return;
    // Node calls this after an answer with `connection: close`, and would reset the connection.
    incoming.socket.destroySoon = () => closeGently(incoming.socket);
    incoming.resume();
  });
}

import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Cuts a client off that takes nothing of its answer for that long: what it does not take is held in
 * memory, with everything that the answer comes out of. Time in which there is nothing to take does
 * not count.
 */
export function endUnreadAnswer(
  { socket }: IncomingMessage,
  outgoing: ServerResponse,
  idleTimeoutMs: number,
): void {
  // Node restarts this timer when bytes come or go, and looks itself whether a slow write moves on.
  socket.setTimeout(idleTimeoutMs);
  outgoing.on("timeout", () => {
    if (socket.writableLength > 0) socket.destroy();
  });
}

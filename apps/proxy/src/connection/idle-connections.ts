import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The connections of a server on which no request is being answered. */
export interface IdleConnections {
  /** A request on it has been answered. */
  readonly answered: (socket: Socket) => void;
  /** Ends those that have been so for longer, in milliseconds, whatever they sent meanwhile. */
  readonly end: (longerThanMs: number) => void;
}

/** Keeps account of a server's connections from its beginning; `running` are its unfinished answers. */
export function trackIdleConnections(
  server: Server,
  running: ReadonlySet<ServerResponse>,
): IdleConnections {
  const idleSinceMs = new Map<Socket, number>();
  server.on("connection", (socket: Socket) => {
    idleSinceMs.set(socket, performance.now());
    socket.once("close", () => idleSinceMs.delete(socket));
  });
  return {
    answered: (socket) => {
      if (idleSinceMs.has(socket)) idleSinceMs.set(socket, performance.now());
    },
    end: (longerThanMs) => {
      const busy = new Set([...running].map(({ req }) => req.socket));
      const before = performance.now() - longerThanMs;
      for (const [socket, sinceMs] of idleSinceMs)
        if (sinceMs < before && !busy.has(socket)) socket.destroy();
    },
  };
}

import { once } from "node:events";
import type { Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createHttpServer } from "./create-http-server.ts";
import type { ConnectionLimits, HttpServer, RequestListener } from "./create-http-server.ts";

const MIB = 1024 * 1024;
const WAITING = { timeout: 10_000, interval: 10 };
const REQUEST = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

afterEach(() => {
  vi.useRealTimers();
});

const start = async (listener: RequestListener, limits?: ConnectionLimits): Promise<HttpServer> => {
  const http = createHttpServer(listener, limits);
  http.server.listen(0, "127.0.0.1");
  await once(http.server, "listening");
  onTestFinished(() => {
    http.server.closeAllConnections();
    http.server.close();
  });
  return http;
};

/** Connects, and reads nothing until it is told to. */
const dial = async (server: Server): Promise<Socket> => {
  const socket = connect({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.pause();
  await once(socket, "connect");
  return socket;
};

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.getConnections((_, count) => resolve(count));
  });

const untilConnections = (server: Server, count: number): Promise<void> =>
  vi.waitFor(async () => expect(await connectionsOf(server)).toBe(count), WAITING);

test.each<[string, RequestListener]>([
  ["a large answer", (_, outgoing) => void outgoing.end(Buffer.alloc(20 * MIB))],
  [
    "a stream",
    (_, outgoing) => {
      const write = (): void => {
        while (!outgoing.destroyed && outgoing.write(Buffer.alloc(64 * 1024)));
        outgoing.once("drain", write);
      };
      write();
    },
  ],
])(
  "a client that takes nothing of %s is cut off, and nothing of it is left",
  async (_, listener) => {
    const { server, running } = await start(listener, { responseIdleTimeoutMs: 200 });
    const socket = await dial(server);
    socket.write(REQUEST);
    await untilConnections(server, 1);
    await untilConnections(server, 0);
    // The socket has left the server's count a turn before its answer hears of it.
    await vi.waitFor(() => expect(running.size).toBe(0), WAITING);
  },
);

test("a client that takes its answer slowly gets all of it", async () => {
  const { server } = await start((_, outgoing) => void outgoing.end(Buffer.alloc(20 * MIB)), {
    responseIdleTimeoutMs: 2000,
  });
  const socket = await dial(server);
  let received = 0;
  socket.on("data", (bytes: Buffer) => {
    received += bytes.length;
    socket.pause();
  });
  socket.write(REQUEST);
  const timer = setInterval(() => socket.resume(), 10);
  onTestFinished(() => clearInterval(timer));
  await vi.waitFor(() => expect(received).toBeGreaterThan(20 * MIB), {
    timeout: 20_000,
    interval: 10,
  });
});

test("empty lines after an answer do not keep a connection open", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const { server, idle, running } = await start((_, outgoing) => void outgoing.end("answer"));
  const socket = await dial(server);
  socket.resume();
  vi.advanceTimersByTime(60_000);
  socket.write(REQUEST);
  await once(socket, "data");
  await vi.waitFor(() => expect(running.size).toBe(0), WAITING);
  vi.advanceTimersByTime(9000);
  idle.end(10_000);
  expect(await connectionsOf(server)).toBe(1);
  socket.write("\r\n\r\n");
  vi.advanceTimersByTime(1001);
  idle.end(10_000);
  await untilConnections(server, 0);
});

test("a request that is being answered is not idle, however long it takes", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const { server, idle, running } = await start(() => {});
  const socket = await dial(server);
  socket.write(REQUEST);
  await vi.waitFor(() => expect(running.size).toBe(1), WAITING);
  vi.advanceTimersByTime(3_600_000);
  idle.end(1000);
  expect(await connectionsOf(server)).toBe(1);
});

test("a client that sends a few requests ahead is served in turn, one that sends many is cut off", async () => {
  const held = Promise.withResolvers<void>();
  let served = 0;
  const { server, running } = await start((_, outgoing) => {
    served += 1;
    void held.promise.then(() => outgoing.end());
  });
  const [few, many] = [await dial(server), await dial(server)];
  few.resume().write(REQUEST.repeat(50));
  many.resume().write(REQUEST.repeat(100_000));
  await untilConnections(server, 1);
  await vi.waitFor(() => expect(running.size).toBe(1), WAITING);
  await vi.waitFor(() => expect(many.closed).toBe(true), WAITING);
  held.resolve();
  await vi.waitFor(() => expect(served).toBe(51), WAITING);
});

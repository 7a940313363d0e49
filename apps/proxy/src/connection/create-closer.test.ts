import { once } from "node:events";
import { Agent, createServer, get } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { createCloser } from "./create-closer.ts";
import { trackIdleConnections } from "./create-http-server.ts";

/** A server whose answers to `/held` wait until they are cut off. */
const startServer = async () => {
  const running = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    running.add(response);
    response.once("close", () => running.delete(response));
    if (request.url !== "/held") response.end("answer");
  });
  const idle = trackIdleConnections(server, running);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string): Promise<IncomingMessage> => {
    const [response] = (await once(get({ port, path, agent, host: "127.0.0.1" }), "response")) as [
      IncomingMessage,
    ];
    response.resume();
    await once(response, "end");
    return response;
  };
  return { server, ask, port, closer: createCloser({ server, running, idle }) };
};

test("a later call shortens the time, and hears how many answers were cut off", async () => {
  const { server, ask, closer } = await startServer();
  const requested = once(server, "request");
  const held = ask("/held").catch((error: unknown) => error);
  await requested;
  const closing = [closer.close(3_600_000), closer.close(0), closer.close(3_600_000)];
  expect(await Promise.all(closing)).toEqual([1, 1, 1]);
  expect(await held).toMatchObject({ code: "ECONNRESET" });
});

test("a server that retires takes one more request on each open connection", async () => {
  const { server, ask, closer } = await startServer();
  const connected = vi.fn<() => void>();
  server.on("connection", connected);
  const before = await ask("/");
  closer.retire();
  const after = await ask("/");
  expect(connected).toHaveBeenCalledTimes(1);
  expect([before, after].map(({ headers }) => headers.connection)).toEqual(["keep-alive", "close"]);
  await expect(ask("/")).rejects.toThrow("ECONNREFUSED");
  expect(await closer.close(3_600_000)).toBe(0);
});

test.each(["", "G", "GET / HTTP/1.1\r\n", "\r\n"])(
  "a connection that only sent %j does not hold up the end",
  async (bytes) => {
    const { server, port, closer } = await startServer();
    const connected = once(server, "connection");
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => {});
    await connected;
    if (bytes !== "")
      await new Promise<void>((resolve) => void socket.write(bytes, () => resolve()));
    expect(await closer.close(3_600_000)).toBe(0);
    if (!socket.closed) await once(socket, "close");
  },
);

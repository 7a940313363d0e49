import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createUndiciTransport } from "../src/index.ts";

/** Answers requests two by two: one alone waits for a second. */
const startPairingServer = async () => {
  const waiting: ServerResponse[] = [];
  const seen = { connections: 0, mostWaiting: 0 };
  const server = createServer((_incoming, outgoing) => {
    waiting.push(outgoing);
    seen.mostWaiting = Math.max(seen.mostWaiting, waiting.length);
    if (waiting.length % 2 === 0) for (const one of waiting.splice(0)) one.end("done");
  });
  server.on("connection", () => {
    seen.connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return { server, seen, url: `http://127.0.0.1:${port}/` };
};

test.each([
  [2, 2],
  [undefined, 6],
])("with a bound of %s, six requests at once take %i connections", async (bound, expected) => {
  const { server, seen, url } = await startPairingServer();
  const transport = createUndiciTransport(bound === undefined ? {} : { connections: bound });
  const { signal } = new AbortController();
  const call = { method: "GET", url, headers: {}, body: { type: "none" } } as const;
  const answers = await Promise.all(
    Array.from({ length: 6 }, async () => text((await transport.send(call, signal)).body)),
  );
  await transport.close();
  server.close();
  expect(answers).toEqual(Array.from({ length: 6 }, () => "done"));
  expect(seen).toEqual({ connections: expected, mostWaiting: 2 });
});

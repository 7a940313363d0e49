import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toneWav } from "../test-proxy.ts";
import { startAttackedProxy, toRefused } from "./attacked-proxy.ts";
import type { AttackedProxy } from "./attacked-proxy.ts";
import type { RawClient } from "./raw-client.ts";
import { field, file, rawForm, rawRequest } from "./raw-form.ts";

/** Large enough to be spooled to disk. */
const audio = toneWav(1, 25);
const fields = [field("model", "whisper-1"), field("response_format", "json")];

let attacked: AttackedProxy;
beforeAll(async () => {
  attacked = await startAttackedProxy();
});
afterAll(() => attacked[Symbol.asyncDispose]());

/** Numbers that are spread as if by chance and the same every time. */
const scattered = (count: number, [from, to]: readonly [number, number]): readonly number[] => {
  let seed = 42;
  return Array.from({ length: count }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return from + (seed % (to - from));
  });
};

/** Every offset outside of the audio, and some inside; the last boundary is never whole. */
const offsetsOf = (request: Buffer): readonly number[] => {
  const start = request.indexOf("RIFF");
  const end = start + audio.length;
  const closing = request.length - "\r\n".length;
  const all = Array.from({ length: closing }, (_, offset) => offset);
  return [
    ...all.filter((offset) => offset <= start || offset >= end),
    ...scattered(50, [start, end]),
  ];
};

/** One way to leave; it checks what the client still gets. */
type Leave = (client: RawClient, sentBytes: number) => Promise<void>;

const endSide: Leave = async (client, sentBytes) => {
  client.end();
  if (sentBytes > 0) expect(toRefused(await client.answer()).status).toBe(400);
  await client.closed;
};

const hangUp: Leave = async ({ socket, closed }) => {
  socket.resetAndDestroy();
  await closed;
};

/** So many clients at once: enough to be quick, few enough for any limit on open files. */
const AT_ONCE = 32;

describe.each([
  ["model first", [...fields, file(audio)]],
  ["file first", [file(audio), ...fields]],
] as const)("a client that sends its %s", (_, parts) => {
  const request = rawRequest(rawForm(parts));

  test.each([
    ["ends its side", endSide],
    ["hangs up", hangUp],
  ])("and %s, at every moment", async (_how, leave) => {
    const offsets = offsetsOf(request);
    expect(offsets.length).toBeGreaterThan(400);
    const queue = offsets.values();
    const work = async (): Promise<void> => {
      for (const offset of queue) {
        using client = await attacked.dial();
        await client.send(request.subarray(0, offset));
        await leave(client, offset);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await attacked.expectUnharmed();
  });
});

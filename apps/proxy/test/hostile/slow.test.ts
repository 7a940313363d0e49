import { afterEach, expect, test } from "vitest";
import { toneWav } from "../test-proxy.ts";
import { startAttackedProxy, toRefused } from "./attacked-proxy.ts";
import type { AttackedProxy } from "./attacked-proxy.ts";
import type { RawClient } from "./raw-client.ts";
import { field, file, rawForm, rawHead, rawRequest } from "./raw-form.ts";

const form = rawForm([field("model", "whisper-1"), file(toneWav(1, 20))]);
const request = rawRequest(form);

let attacked: AttackedProxy;
afterEach(async () => {
  await attacked.expectUnharmed();
  await attacked[Symbol.asyncDispose]();
});

/** Sends the bytes one by one, as fast as a timer goes, until the server answers. */
const trickle = async (client: RawClient, bytes: Uint8Array): Promise<void> => {
  const queue = bytes.values();
  const timer = setInterval(() => {
    const byte = queue.next().value;
    if (byte !== undefined) void client.send(Uint8Array.of(byte));
  }, 2);
  await client.closed;
  clearInterval(timer);
};

test.each([
  ["before its form", rawHead({ "content-length": form.length }).length],
  ["in the headers of a part", request.indexOf("form-data; name=") + 5],
  ["in a field", request.indexOf("whisper-1") + 4],
  ["in its audio", request.indexOf("RIFF") + 300_000],
  ["in its last boundary", request.length - 6],
])("an upload that stops %s ends with 408", async (_, offset) => {
  attacked = await startAttackedProxy({ limits: { idleTimeoutMs: 100 } });
  using client = await attacked.dial();
  await client.send(request.subarray(0, offset));
  const { status, message } = toRefused(await client.answer());
  expect(status).toBe(408);
  expect(message).toMatch(/No byte of the upload came for 0\.1 seconds/u);
});

test("an upload that is longer than its declared length ends with 408, too", async () => {
  attacked = await startAttackedProxy({ limits: { idleTimeoutMs: 100 } });
  using client = await attacked.dial();
  await client.send(rawRequest(form, { "content-length": form.length + 100 }));
  expect(toRefused(await client.answer()).status).toBe(408);
});

test("an upload that trickles ends with 408, although it is never silent", async () => {
  attacked = await startAttackedProxy({
    limits: { idleTimeoutMs: 200, minBytesPerSecond: 100_000 },
  });
  using client = await attacked.dial();
  await client.send(request.subarray(0, request.indexOf("RIFF")));
  const trickling = trickle(client, request.subarray(request.indexOf("RIFF")));
  const { status, message } = toRefused(await client.answer());
  expect(status).toBe(408);
  expect(message).toContain("earshot_settings.upload_min_bytes_per_second");
  client.socket.destroy();
  await trickling;
});

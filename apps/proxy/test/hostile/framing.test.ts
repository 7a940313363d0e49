import { audioOf } from "@earshot/provider-testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sha256, toneWav } from "../test-proxy.ts";
import { startAttackedProxy, toRefused } from "./attacked-proxy.ts";
import type { AttackedProxy } from "./attacked-proxy.ts";
import { chunk, field, file, rawForm, rawHead, rawRequest } from "./raw-form.ts";

const MIB = 1024 * 1024;
const audio = toneWav();
const form = rawForm([field("model", "whisper-1"), file(audio)]);
const chunked = rawHead({ "transfer-encoding": "chunked" });

let attacked: AttackedProxy;
beforeAll(async () => {
  attacked = await startAttackedProxy({ limits: { maxBodyBytes: 4 * MIB } });
});
afterAll(() => attacked[Symbol.asyncDispose]());

describe("a body is refused, and nothing is left of it,", () => {
  afterEach(() => attacked.expectUnharmed());

  test("when its declared length is too long, and the client ends its side", async () => {
    using client = await attacked.dial();
    await client.send(rawRequest(form, { "content-length": form.length + 100 }));
    client.end();
    const { status, message } = toRefused(await client.answer());
    expect(status).toBe(400);
    expect(message).toContain("ended before the request was complete");
    await client.closed;
  });

  test("when its declared length is too short: what follows is no request", async () => {
    using client = await attacked.dial();
    void client.send(rawRequest(form, { "content-length": form.length - 1000 }));
    const { status, message } = toRefused(await client.answer());
    expect(status).toBe(400);
    expect(message).toContain("does not have the length that it says");
    await client.closed;
  });

  test("when its declared length is too short, and the rest comes later", async () => {
    using client = await attacked.dial();
    const request = rawRequest(form, { "content-length": form.length - 1000 });
    await client.send(request.subarray(0, -1000));
    expect(toRefused(await client.answer()).message).toContain("ends before its closing boundary");
    await client.send(request.subarray(-1000));
    expect(toRefused(await client.answer()).message).toContain("not well-formed HTTP");
    await client.closed;
  });

  test.each([
    ["negative", "content-length: -1"],
    ["no number", "content-length: 1e3"],
    ["given twice, and differently", "content-length: 10\r\ncontent-length: 20"],
    ["given beside chunks", "content-length: 10\r\ntransfer-encoding: chunked"],
    ["beyond 64 bits", "content-length: 99999999999999999999999"],
  ])("when its length is %s", async (_, lengths) => {
    const head = rawHead().replace("host:", `${lengths}\r\nhost:`);
    const { status, message } = await attacked.refused(head);
    expect(status).toBe(400);
    expect(message).toContain("not well-formed HTTP");
  });

  test.each([
    ["absurdly large", "7fffffffffffffff\r\n", "413 The request is larger than the 4 MiB"],
    ["beyond 64 bits", "fffffffffffffffff\r\n", "400 A chunk of the body has a size"],
    ["negative", "-5\r\n", "400 A chunk of the body has a size"],
    ["no number", "kilo\r\n", "400 A chunk of the body has a size"],
    ["empty", "\r\n", "400 A chunk of the body has a size"],
    [
      "followed by 1 MiB",
      `5;x=${"x".repeat(MIB)}\r\n`,
      "413 The chunks of the body have extensions",
    ],
    ["not followed by a line end", "5\r\nhelloworld", "400 The request is not well-formed HTTP"],
  ])("when the size of a chunk is %s", async (_, size, expected) => {
    using client = await attacked.dial();
    const endless = Buffer.concat([Buffer.from(size), Buffer.alloc(5 * MIB, "x")]);
    void client.send(Buffer.concat([Buffer.from(chunked), chunk(form.subarray(0, 400)), endless]));
    const { status, message } = toRefused(await client.answer());
    expect(`${status} ${message}`).toContain(expected);
  });

  test("when it is too large, although the client sends all of it before it reads", async () => {
    using client = await attacked.dial();
    client.socket.pause();
    await client.send(rawRequest(rawForm([file(Buffer.alloc(8 * MIB))])));
    client.socket.resume();
    const { status, message } = toRefused(await client.answer());
    expect(status).toBe(413);
    expect(message).toMatch(/4 MiB.*Raise earshot_settings\.max_request_size_mb/u);
  });

  test("when it is too large, and a usual client library sends it", async () => {
    const body = new FormData();
    body.append("file", new File([new Uint8Array(16 * MIB)], "talk.wav"));
    const headers = { authorization: "Bearer sk-1234", connection: "close" };
    const url = `${attacked.proxy.url}/v1/audio/transcriptions`;
    const response = await fetch(url, { method: "POST", headers, body });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("audio_too_large");
  });

  test("when its announced length is too large: the client is not asked for the body", async () => {
    using client = await attacked.dial();
    await client.send(rawHead({ "content-length": 8 * MIB, expect: "100-continue" }));
    expect(toRefused(await client.answer()).status).toBe(413);
  });

  test("when the key is wrong: the client is not asked for the body", async () => {
    using client = await attacked.dial();
    const wrong = { authorization: "Bearer sk-test-wrong", expect: "100-continue" };
    await client.send(rawHead({ "content-length": form.length, ...wrong }));
    expect(toRefused(await client.answer()).status).toBe(401);
  });

  test.each([
    ["no HTTP at all", "\u0016\u0003\u0001\u0002\0\u0001hello\r\n\r\n"],
    ["a request line that is garbage", "HELLO\r\n\r\n"],
    ["a header without a name", rawHead().replace("host:", ": x\r\nhost:")],
    ["a header line that is folded", rawHead().replace("host:", "x-a: b\r\n c\r\nhost:")],
  ])("when it comes with %s", async (_, head) => {
    const { status, message } = await attacked.refused(head);
    expect(status).toBe(400);
    expect(message).toContain("not well-formed HTTP");
  });

  test("when its headers are longer than 16 KiB", async () => {
    const { status, message } = await attacked.refused(
      rawRequest(form, { "x-long": "x".repeat(16 * 1024) }),
    );
    expect(status).toBe(431);
    expect(message).toContain("Raise earshot_settings.max_header_size_kb");
  });
});

describe("a body is odd, but reaches the provider whole", () => {
  afterEach(() => attacked.expectServed());

  test("in 100,000 chunks of one byte", async () => {
    const long = rawForm([field("model", "whisper-1"), file(toneWav(1, 3.1))]);
    expect(long.length).toBeGreaterThan(99_000);
    const chunks = [...long].map((byte) => chunk(Uint8Array.of(byte)));
    const { status } = await attacked.ask(
      Buffer.concat([Buffer.from(chunked), ...chunks, Buffer.from("0\r\n\r\n")]),
    );
    expect(status).toBe(200);
    expect(attacked.upstream.calls.map(audioOf).at(-1)?.sha256).toBe(sha256(toneWav(1, 3.1)));
  });

  test("with a chunk extension and trailers", async () => {
    const size = form.length.toString(16);
    const { status } = await attacked.ask(
      Buffer.concat([
        Buffer.from(`${chunked}${size};name="value"\r\n`),
        form,
        Buffer.from("\r\n0\r\nx-checksum: 1\r\n\r\n"),
      ]),
    );
    expect(status).toBe(200);
  });

  test("after the client was asked for it, and only then", async () => {
    using client = await attacked.dial();
    await client.send(rawHead({ "content-length": form.length, expect: "100-continue" }));
    expect(await client.answer()).toMatchObject({ status: 100 });
    void client.send(form);
    expect(await client.answer()).toMatchObject({ status: 200 });
  });

  test("as the second of two requests in one segment", async () => {
    using client = await attacked.dial();
    const second = rawForm([field("model", "whisper-1"), file(toneWav(2))]);
    const before = attacked.upstream.calls.length;
    void client.send(Buffer.concat([rawRequest(form), rawRequest(second)]));
    expect(await client.answer()).toMatchObject({ status: 200 });
    expect(await client.answer()).toMatchObject({ status: 200 });
    const sums = attacked.upstream.calls.slice(before).map((call) => audioOf(call)?.sha256);
    expect(sums).toEqual([sha256(audio), sha256(toneWav(2))]);
  });
});

test("a request behind a refused one on its connection is not served", async () => {
  using client = await attacked.dial();
  const broken = rawRequest(form, { "content-type": "multipart/form-data" });
  void client.send(Buffer.concat([broken, rawRequest(form)]));
  const { status, headers } = await client.answer();
  expect(status).toBe(400);
  expect(headers["connection"]).toBe("close");
  await client.closed;
  await attacked.expectUnharmed();
});

test("connections beyond the limit are closed at once, and the others are served", async () => {
  await using small = await startAttackedProxy({ connections: { maxConnections: 2 } });
  using first = await small.dial();
  using second = await small.dial();
  await first.send(rawHead({ "content-length": form.length }));
  await second.send(rawHead({ "content-length": form.length }));
  using third = await small.dial();
  await third.closed;
  void first.send(form);
  expect(await first.answer()).toMatchObject({ status: 200 });
});

test("headers that do not come in time are answered with 408", async () => {
  await using hasty = await startAttackedProxy({ connections: { headerTimeoutMs: 100 } });
  using client = await hasty.dial();
  await client.send("POST /v1/audio/transcriptions HTTP/1.1\r\nhost: x\r\n");
  const { status, message } = toRefused(await client.answer());
  expect(status).toBe(408);
  expect(message).toContain("Raise earshot_settings.header_timeout");
});

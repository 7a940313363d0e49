import { rmSync, writeFileSync } from "node:fs";
import type { Logger } from "@earshot/core";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFakeWhisper, whisperConfig } from "./fake-whisper.ts";
import { makeForm, startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

let upstream: FakeUpstream;
let proxy: TestProxy;
let logged: { readonly fields: unknown; readonly message: string }[];

const note = (fields: unknown, message: string): void => void logged.push({ fields, message });
const logger: Logger = { debug: () => {}, info: note, warn: note, error: note };

beforeEach(async () => {
  logged = [];
  upstream = await startFakeWhisper();
  const config = whisperConfig(upstream);
  proxy = await startTestProxy({ config, logger, memoryBytes: 1024 });
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await upstream.close();
});

const ask = (
  fields: readonly (readonly [string, string])[],
  {
    headers = {},
    audio = toneWav(),
  }: { headers?: Record<string, string>; audio?: Uint8Array } = {},
): Promise<Response> =>
  fetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-1234", ...headers },
    body: makeForm([["model", "whisper-1"], ...fields], { audio }),
  });

const bytesOf = (headers: Headers): number =>
  [...headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);

describe("headers of an answer", () => {
  test("stay small, however many fields nobody knows", async () => {
    const unknown = Array.from(
      { length: 900 },
      (_, index) => [`field_${index}_${"x".repeat(50)}`, "1"] as const,
    );
    const response = await ask([["drop_params", "true"], ...unknown]);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-earshot-warnings")).toMatch(/ \| and \d+ more$/u);
    expect(bytesOf(response.headers)).toBeLessThan(6000);
  });

  test("can be sent, whatever the names of options hold", async () => {
    const options = JSON.stringify({ openai: { "a\ud800": 1, "\u{1f600}": 1, "b\r\nx: y": 1 } });
    const response = await ask([
      ["drop_params", "true"],
      ["provider_options", options],
    ]);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ text: "Ask not." });
    expect(response.headers.get("x")).toBeNull();
  });

  test.each([
    ["an odd id", "a b c"],
    ["a long id", "x".repeat(5000)],
  ])("%s of the client is replaced, in the log too", async (_name, id) => {
    for (const model of ["whisper-1", "nobody"]) {
      const response = await ask([["model", model]], { headers: { "x-request-id": id } });
      await response.text();
      expect(response.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/u);
    }
    expect(JSON.stringify(logged)).not.toContain(id);
  });
});

describe("errors", () => {
  test("name a field of any length in a bounded way", async () => {
    const response = await ask([[`x${"y".repeat(9000)}`, "1"]]);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string; param: string } };
    expect(error.message.length).toBeLessThan(600);
    expect(error.param.length).toBeLessThanOrEqual(200);
  });

  test("tell clients nothing of the spool folder, and operators where it is", async () => {
    rmSync(proxy.spoolFolder, { recursive: true });
    // A file in its place: nothing can be created below it.
    writeFileSync(proxy.spoolFolder, "");
    // More than may wait for the disk: the upload cannot end before the disk has failed.
    const audio = Buffer.concat([toneWav(), Buffer.alloc(16 * 1024 * 1024)]);
    const response = await ask([], { audio });
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(body).not.toContain(proxy.spoolFolder);
    expect(body).not.toMatch(/\/tmp|earshot-proxy-test|node:|\.ts\b/u);
    const causes = logged.flatMap(({ fields }) => {
      const isFailure = typeof fields === "object" && fields !== null && "error" in fields;
      const cause = isFailure && fields.error instanceof Error ? fields.error.cause : undefined;
      return cause instanceof Error ? [cause.message] : [];
    });
    expect(causes).toEqual([expect.stringContaining(proxy.spoolFolder)]);
  });
});

import { createServer } from "node:http";
import type { Server } from "node:http";
import { readConfig } from "@earshot/config";
import { createGateway, createKnownParams } from "@earshot/gateway";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createUndiciTransport } from "../src/index.ts";
import { toneWav } from "./test-proxy.ts";

let upstream: Server;
let port = 0;
const asked: string[] = [];

beforeAll(async () => {
  upstream = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    incoming.resume().once("end", () => {
      outgoing.setHeader("content-type", "application/json");
      outgoing.end(JSON.stringify({ text: "Ask not." }));
    });
  });
  await new Promise<void>((resolve) => {
    // Both families, so that [::1] is served too.
    upstream.listen(0, "::", () => resolve());
  });
  const address = upstream.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => {
  upstream.close();
});

const audio = () => {
  const wav = toneWav();
  return {
    type: "file" as const,
    fileName: "talk.wav",
    mediaType: "audio/wav",
    sizeBytes: wav.length,
    durationSeconds: 1,
    open: async function* () {
      yield new Uint8Array(wav);
    },
    read: async (start: number, end: number) => new Uint8Array(wav.subarray(start, end)),
  };
};

interface Setting {
  readonly address: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly params?: string;
}

/** One transcription through the real transport; rejects as `config check` does for a faulty config. */
const callWith = async ({ address, environment = {}, params = "" }: Setting): Promise<string> => {
  asked.length = 0;
  const line = address === "" ? "" : `    api_base: ${JSON.stringify(address)}\n`;
  const { config } = readConfig({
    text: `model_list:\n- model_name: whisper\n  litellm_params:\n    model: openai/whisper-1\n    api_key: sk-test-upstream\n${line}${params}`,
    fileName: "config.yaml",
    environment,
    knownParams: createKnownParams(),
  });
  const { send, close } = createUndiciTransport();
  const gateway = createGateway(config, { environment, transport: send });
  try {
    await gateway.transcribe({ model: "whisper", audio: audio(), numRetries: 0 });
    return asked[0] ?? "";
  } finally {
    await gateway.close();
    await close();
  }
};

describe("an api_base that passes the check is called", () => {
  test.each([
    ["http://127.0.0.1:PORT/v1", "/v1/audio/transcriptions"],
    ["http://127.0.0.1:PORT", "/audio/transcriptions"],
    ["  http://127.0.0.1:PORT/v1/  ", "/v1/audio/transcriptions"],
    ["HTTP://LOCALHOST:PORT/v1", "/v1/audio/transcriptions"],
    ["http://[::1]:PORT/v1", "/v1/audio/transcriptions"],
    ["http://127.1:PORT/v1", "/v1/audio/transcriptions"],
    ["http://localhost.:PORT/v1", "/v1/audio/transcriptions"],
    ["http://127.0.0.1:PORT/v1?tenant=a%20b", "/v1/audio/transcriptions?tenant=a%20b"],
    ["http://127.0.0.1:PORT/v1#top", "/v1/audio/transcriptions"],
    ["http://127.0.0.1:PORT/spräch/v1", "/spr%C3%A4ch/v1/audio/transcriptions"],
    ["http://127.0.0.1:PORT/a/../v1", "/v1/audio/transcriptions"],
    ["http://127.0.0.1:PORT/v1/audio/transcriptions", "/v1/audio/transcriptions"],
    ["http://127.0.0.1:0PORT/v1", "/v1/audio/transcriptions"],
  ])("%s", async (address, path) => {
    expect(await callWith({ address: address.replace("PORT", String(port)) })).toBe(path);
  });

  test("also from the environment, and by the name base_url", async () => {
    const url = `http://127.0.0.1:${port}/v1 `;
    const environment = { OPENAI_BASE_URL: url };
    expect(await callWith({ address: "", environment })).toBe("/v1/audio/transcriptions");
    const params = `    base_url: ${url}\n`;
    expect(await callWith({ address: "", params })).toBe("/v1/audio/transcriptions");
  });
});

describe("every other one keeps the gateway from starting", () => {
  test.each([
    "http://user:hunter2@127.0.0.1:PORT/v1",
    "http://127.0.0.1:PORT/v1 hunter2",
    "http://127.0.0.1:PORT/v1\n# hunter2",
    "http://127.0.0.1:PORT\\v1",
    "http:/127.0.0.1:PORT",
    "127.0.0.1:PORT",
    "http://::1:PORT",
    "http://127.0.0.1:PORT9999",
    "unix:/hunter2.sock",
    "http://http://127.0.0.1:PORT",
  ])("%j", async (written) => {
    const address = written.replace("PORT", String(port));
    const refusal = expect.objectContaining({
      severity: "error",
      path: "model_list[0].litellm_params.api_base",
      remedy: expect.stringMatching(/api_base/u) as string,
      line: 2,
    }) as unknown;
    const failure: unknown = await callWith({ address }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "ConfigError", diagnostics: [refusal] });
    expect(String(failure)).not.toContain("hunter2");
    expect(asked).toEqual([]);
  });

  test("and names the variable that it came from", async () => {
    const environment = { OPENAI_BASE_URL: "localhost:8000" };
    await expect(callWith({ address: "", environment })).rejects.toThrow(
      /environment variable OPENAI_BASE_URL/u,
    );
  });

  test("also two variables that differ", async () => {
    const environment = { OPENAI_BASE_URL: "http://a.test", OPENAI_API_BASE: "http://b.test" };
    await expect(callWith({ address: "", environment })).rejects.toThrow(
      /OPENAI_BASE_URL and OPENAI_API_BASE name two addresses/u,
    );
    environment.OPENAI_API_BASE = "http://a.test/";
    await expect(callWith({ address: "", environment })).rejects.toThrow(/a\.test/u);
  });

  test.each([
    ['{ "X Team": hunter2 }', "extra_headers"],
    ['{ X-Team: "hunter2\\nX: y" }', "extra_headers"],
    ["{ X-Team: hunter2 Ж }", "extra_headers"],
    ["{ Transfer-Encoding: chunked }", "extra_headers"],
  ])("also headers that no call can carry: %s", async (headers, key) => {
    const params = `    extra_headers: ${headers}\n`;
    const failure: unknown = await callWith({ address: "http://a.test", params }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      name: "ConfigError",
      diagnostics: [{ path: `model_list[0].litellm_params.${key}` }],
    });
    expect(String(failure)).not.toContain("hunter2");
  });
});

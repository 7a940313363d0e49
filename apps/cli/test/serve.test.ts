import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { audioOf, fieldValues, queryValues, speechSample } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { runCommand, startCommand } from "./fake-io.ts";
import type { FakeIoSettings, RunningCommand } from "./fake-io.ts";
import { temporaryFile, temporaryFolder } from "./temporary-folder.ts";

const OPENAI_ONLY = `model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
    api_key: os.environ/OPENAI_API_KEY
  model_info:
    mode: audio_transcription

general_settings:
  master_key: sk-1234
`;

const OPENAI_AND_AZURE = `model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
    api_key: os.environ/OPENAI_API_KEY
  model_info:
    mode: audio_transcription
- model_name: whisper
  litellm_params:
    model: azure/azure-whisper
    api_version: 2024-02-15-preview
    api_base: os.environ/AZURE_EUROPE_API_BASE
    api_key: os.environ/AZURE_EUROPE_API_KEY
  model_info:
    mode: audio_transcription

general_settings:
  master_key: sk-1234
`;

const upstreamOf = async (
  vendor: Parameters<typeof startFakeUpstream>[0],
): Promise<FakeUpstream> => {
  const upstream = await startFakeUpstream(vendor);
  onTestFinished(() => upstream.close());
  return upstream;
};

const keysFor = (upstream: FakeUpstream) => ({
  OPENAI_API_KEY: "sk-test-openai",
  OPENAI_BASE_URL: `${upstream.url}/v1`,
  AZURE_EUROPE_API_KEY: "azure-test-key",
  AZURE_EUROPE_API_BASE: upstream.url,
});

/** As on a machine that never had the model and has no network. */
const withoutModel = () => ({ EARSHOT_CACHE_DIR: temporaryFolder(), EARSHOT_OFFLINE: "1" });

/** Listens on a free port until it is released. */
const takePort = async (): Promise<{ readonly port: number; readonly release: () => void }> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, release: () => server.close() };
};

const freePort = async (): Promise<number> => {
  const { port, release } = await takePort();
  release();
  return port;
};

const WAITING = { timeout: 20_000, interval: 20 };

const listening = /listens on (http:\S+)/u;

/** Serves until the test ends; resolves with the address once it listens. */
const serving = async (
  argv: readonly string[],
  settings: FakeIoSettings = {},
): Promise<{ readonly url: string; readonly command: RunningCommand }> => {
  const command = startCommand([...argv, "--port", "0"], settings);
  onTestFinished(async () => {
    command.send("SIGTERM");
    await command.exitCode;
  });
  return { url: await command.until(listening), command };
};

const transcribe = (url: string, key: string | undefined = "sk-1234"): Promise<Response> => {
  const form = new FormData();
  form.set("file", new File([speechSample()], "gettysburg.wav"));
  form.set("model", "whisper");
  return fetch(`${url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
};

describe("the quick start of a LiteLLM user", { timeout: 30_000 }, () => {
  test("one OpenAI deployment, started as LiteLLM is started", async () => {
    const upstream = await upstreamOf(() => ({ body: { text: "Four score." } }));
    const config = temporaryFile("config.yaml", OPENAI_ONLY);
    const { url, command } = await serving(["--config", config, "--detailed_debug"], {
      environment: keysFor(upstream),
    });
    const response = await transcribe(url);
    expect(await response.json()).toMatchObject({ text: "Four score." });
    const [call] = upstream.calls;
    expect(call).toMatchObject({
      path: "/v1/audio/transcriptions",
      headers: { authorization: "Bearer sk-test-openai" },
    });
    expect(call && fieldValues(call, "model")).toEqual(["whisper-1"]);
    expect(call && audioOf(call)?.sizeBytes).toBe(speechSample().byteLength);
    expect((await transcribe(url, "sk-wrong")).status).toBe(401);
    expect(command.stdout()).toContain("Models: whisper\n");
    expect(command.stdout()).toContain('-H "Authorization: Bearer $MASTER_KEY"');
    expect(command.stdout() + command.stderr()).not.toMatch(/sk-1234|sk-test|sk-wrong/u);
  });

  test("OpenAI and Azure: what one refuses, the other answers", async () => {
    const upstream = await upstreamOf((call): FakeAnswer =>
      call.path.startsWith("/openai/")
        ? { body: { text: "From Europe." } }
        : { status: 401, body: { error: { message: "Incorrect API key provided." } } },
    );
    const config = temporaryFile("config.yaml", OPENAI_AND_AZURE);
    const { url } = await serving(["-c", config], { environment: keysFor(upstream) });
    const response = await transcribe(url);
    expect(await response.json()).toMatchObject({ text: "From Europe." });
    const azure = upstream.calls.find((call) => call.path.startsWith("/openai/"));
    expect(azure).toMatchObject({
      path: "/openai/deployments/azure-whisper/audio/transcriptions",
      headers: { "api-key": "azure-test-key" },
    });
    expect(azure && queryValues(azure, "api-version")).toEqual(["2024-02-15-preview"]);
  });

  test("the request is logged: one JSON line, as stderr is no terminal", async () => {
    const upstream = await upstreamOf(() => ({ body: { text: "Four score." } }));
    const config = temporaryFile("config.yaml", OPENAI_ONLY);
    const { url, command } = await serving(["-c", config], { environment: keysFor(upstream) });
    await (await transcribe(url)).text();
    const line: unknown = JSON.parse(await command.until(/^(\{.*"status":200.*\})$/mu));
    expect(line).toMatchObject({
      level: "info",
      method: "POST",
      path: "/v1/audio/transcriptions",
      deployment: "whisper-1",
      attempts: 1,
    });
  });

  test("on a terminal the log is a line to read", async () => {
    const upstream = await upstreamOf(() => ({ body: { text: "Four score." } }));
    const config = temporaryFile("config.yaml", OPENAI_ONLY);
    const environment = keysFor(upstream);
    const { url, command } = await serving(["-c", config], { environment, columns: 100 });
    await (await transcribe(url)).text();
    const line = await command.until(/(\S+ POST .*)\n/u);
    expect(line).toMatch(/POST \/v1\/audio\/transcriptions 200 \d+ ms · whisper-1$/u);
  });

  test("--quiet leaves warnings and errors only", async () => {
    const upstream = await upstreamOf(() => ({ body: { text: "Four score." } }));
    const config = temporaryFile("config.yaml", OPENAI_ONLY);
    const port = await freePort();
    const address = ["--host", "127.0.0.1", "--port", String(port)];
    const command = startCommand(["-c", config, "--quiet", ...address], {
      environment: keysFor(upstream),
    });
    const url = `http://127.0.0.1:${port}`;
    await vi.waitUntil(() => fetch(`${url}/health/liveliness`).catch(() => undefined), WAITING);
    await (await transcribe(url)).text();
    command.send("SIGTERM");
    expect(await command.exitCode).toBe(0);
    expect(command.stdout() + command.stderr()).toBe("");
  });
});

describe("who may use it", { timeout: 30_000 }, () => {
  test("nobody but this machine without a master_key", async () => {
    const { url, command } = await serving(["serve"], { environment: withoutModel() });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    expect(command.stdout()).toContain("No master_key is set, so only this machine can reach it.");
  });

  test("the whole network with one, also from LITELLM_MASTER_KEY", async () => {
    const { url, command } = await serving(["serve"], {
      environment: { ...withoutModel(), LITELLM_MASTER_KEY: "sk-test-master" },
    });
    expect(command.stdout()).toContain("Other machines reach it on port");
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
  });

  test.each([
    ["sk-1234", /WARNING: the master_key is known from documentation and the host is 0\.0\.0\.0/u],
    ["k9w2qzr7", /WARNING: the master_key has fewer than 16 characters/u],
  ])("a key that can be guessed works, with a loud warning: %s", async (key, warning) => {
    const environment = { ...withoutModel(), LITELLM_MASTER_KEY: ` ${key} ` };
    const { url, command } = await serving(["serve", "--host", "0.0.0.0"], { environment });
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(200);
    expect(command.stderr()).toMatch(warning);
    expect(command.stdout() + command.stderr()).not.toContain(key);
  });

  test("a key that no client can send keeps the server from starting", async () => {
    const environment = { ...withoutModel(), LITELLM_MASTER_KEY: "sk-ключ" };
    const { exitCode, stderr } = await runCommand(["serve", "--port", "0"], { environment });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("LITELLM_MASTER_KEY");
    expect(stderr).not.toContain("ключ");
  });

  test("a public host without a key brings a loud warning", async () => {
    const { command } = await serving(["serve", "--host", "0.0.0.0"], {
      environment: withoutModel(),
    });
    expect(command.stderr()).toMatch(/WARNING: no master_key is set and the host is 0\.0\.0\.0/u);
  });
});

describe("without the model", { timeout: 30_000 }, () => {
  test("it says what to do and serves the rest", async () => {
    const upstream = await upstreamOf(() => ({ body: { text: "From afar." } }));
    const config = temporaryFile(
      "config.yaml",
      `model_list:
- model_name: here
  litellm_params: { model: local/moonshine-tiny-en }
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY }
`,
    );
    const { url, command } = await serving(["-c", config], {
      environment: { ...keysFor(upstream), ...withoutModel() },
    });
    const warning = await command.until(/WARNING: (the self-check failed.*)/u);
    expect(warning).toMatch(
      /EARSHOT_OFFLINE forbids.*EARSHOT_MODEL_DIR.*whisper are not affected/u,
    );
    expect(await (await transcribe(url)).json()).toMatchObject({ text: "From afar." });
  });
});

describe("what keeps it from starting", { timeout: 30_000 }, () => {
  test("a port that is taken: the message names it and one that is free", async () => {
    const { port, release } = await takePort();
    onTestFinished(release);
    const { exitCode, stderr } = await runCommand(["--port", String(port)]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^earshot: port ${port} of 127.0.0.1 is taken.*--port \\d+ is free\\.\n$`, "u"),
    );
  });

  test("an address that this machine does not have", async () => {
    const { exitCode, stderr } = await runCommand(["--port", "0", "--host", "203.0.113.7"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("this machine has no address '203.0.113.7'");
  });

  test("every problem of the config, with its line and remedy", async () => {
    const config = temporaryFile("config.yaml", OPENAI_AND_AZURE);
    const { exitCode, stdout, stderr } = await runCommand(["--config", config]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/config\.yaml:5:\d+.*api_key/u);
    for (const name of ["OPENAI_API_KEY", "AZURE_EUROPE_API_BASE", "AZURE_EUROPE_API_KEY"])
      expect(stderr).toContain(`Set \`${name}\``);
    expect(stderr).toContain("3 errors");
  });

  test("a config that is not there", async () => {
    const { exitCode, stderr } = await runCommand(["--config", "no-such.yaml"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no-such.yaml");
  });
});

import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../src/index.ts";
import { baseEnvironment, runCommand } from "./fake-io.ts";
import type { FakeIoSettings } from "./fake-io.ts";
import { temporaryFile, temporaryFolder } from "./temporary-folder.ts";

const CONFIG = `model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
    api_key: os.environ/OPENAI_API_KEY
    rpmm: 10
general_settings:
  master_key: sk-1234
`;

const KEYS = { OPENAI_API_KEY: "sk-test-openai-key" };

describe("config check", () => {
  test("a usable config: its warnings and its size, exit code 0", async () => {
    const path = temporaryFile("config.yaml", CONFIG);
    const { exitCode, stdout, stderr } = await runCommand(["config", "check", path], {
      environment: KEYS,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${path} is valid: 1 deployment in 1 model group, 1 warning.\n`);
    expect(stderr).toMatch(/config\.yaml:6:\d+.*rpmm/u);
    expect(stderr).toContain("`rpm`");
    expect(stderr).toMatch(/WARNING: the master_key is known from documentation/u);
  });

  test("an address that no call could reach is found, and a password in it not shown", async () => {
    const address = "api_base: https://user:hunter2@speech.example/v1";
    const path = temporaryFile("config.yaml", CONFIG.replace("rpmm: 10", address));
    const { exitCode, stderr } = await runCommand(["config", "check", path], {
      environment: KEYS,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/config\.yaml:\d+:\d+.*api_base/u);
    expect(stderr).toContain("extra_headers");
    expect(stderr).not.toContain("hunter2");
  });

  test("problems that only the providers know are found, too", async () => {
    const path = temporaryFile(
      "config.yaml",
      "model_list:\n- model_name: a\n  litellm_params: { model: nobody/model }\n",
    );
    const { exitCode, stderr } = await runCommand(["config", "check", path]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/config\.yaml:\d+:\d+.*\n.*'nobody'/u);
  });

  test("provider packages that are missing or broken, each with its line and its cause", async () => {
    const broken = temporaryFile("broken.mjs", "throw new Error('it wants libacme\\nfor acme');\n");
    const path = temporaryFile(
      "config.yaml",
      `${CONFIG}earshot_settings:\n  providers:\n  - earshot-provider-acme\n  - ${broken}\n`,
    );
    const { exitCode, stderr } = await runCommand(["config", "check", path], { environment: KEYS });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /config\.yaml:11:\d+ earshot_settings\.providers\[0\]\n.*'earshot-provider-acme' is not installed/u,
    );
    expect(stderr).toContain("Run 'npm install earshot-provider-acme'");
    expect(stderr).toMatch(
      /config\.yaml:12:\d+ earshot_settings\.providers\[1\]\n.*it wants libacme/u,
    );
    expect(stderr).toContain("2 errors, 1 warning");
  });

  test("what the reader and what the providers find comes in one list, in the file's order", async () => {
    const path = temporaryFile(
      "config.yaml",
      `${CONFIG}model_list_2: []\n`.replace("model: whisper-1", "model: nobody/model"),
    );
    const { exitCode, stderr } = await runCommand(["config", "check", path], { environment: KEYS });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/'nobody'[^]*model_list_2[^]*1 error, 1 warning/u);
  });

  test("--print shows the config without its secrets", async () => {
    const path = temporaryFile("config.yaml", CONFIG);
    const { stdout } = await runCommand(["config", "check", "-c", path, "--print"], {
      environment: KEYS,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      deployments: [{ group: "whisper", model: "whisper-1", apiKey: "***" }],
      general: { masterKey: "***" },
    });
    expect(stdout).not.toMatch(/sk-/u);
  });

  test("without a file it is config.yaml in this folder", async () => {
    const { exitCode, stderr } = await runCommand(["config", "check"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("config.yaml");
  });
});

test("config schema is a JSON Schema", async () => {
  const { exitCode, stdout } = await runCommand(["config", "schema"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: expect.stringContaining("json-schema.org"),
    properties: { model_list: {} },
  });
});

describe("providers", () => {
  test("is a table of what the adapters say, and of which keys are set", async () => {
    const { exitCode, stdout } = await runCommand(["providers"], { environment: KEYS });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^PROVIDER +KEY +WORDS +SEGMENTS/u);
    expect(stdout).toMatch(/^openai +OPENAI_API_KEY \(set\) /mu);
    expect(stdout).toMatch(/^azure +AZURE_API_KEY \(not set\) /mu);
    expect(stdout).toMatch(
      /^local +none needed +estimated +yes +no +yes +no +no +all but diarized_json$/mu,
    );
    expect(stdout).not.toContain(KEYS.OPENAI_API_KEY);
  });

  test("--json has the capabilities of every model, and never a key", async () => {
    const { stdout } = await runCommand(["providers", "--json"], { environment: KEYS });
    const all = JSON.parse(stdout) as { kind: string }[];
    expect(all.find(({ kind }) => kind === "openai")).toMatchObject({
      apiKeyVariables: ["OPENAI_API_KEY"],
      apiKeySet: true,
      capabilities: { default: {}, models: expect.any(Array) },
    });
    expect(stdout).not.toContain(KEYS.OPENAI_API_KEY);
  });
});

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly message: string;
  readonly remedy?: string;
}

const examine = async (
  argv: readonly string[] = [],
  settings: FakeIoSettings = {},
): Promise<{ readonly exitCode: number; readonly of: (check: string) => Finding | undefined }> => {
  const { exitCode, stdout } = await runCommand(["doctor", "--json", ...argv], settings);
  const findings = JSON.parse(stdout) as readonly Finding[];
  return { exitCode, of: (check) => findings.find((finding) => finding.check === check) };
};

const takePort = async (): Promise<number> => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
};

describe("doctor", { timeout: 30_000 }, () => {
  test("looks at everything, and says what to do about a port that is taken", async () => {
    const port = await takePort();
    const { exitCode, of } = await examine(["--port", String(port)], { environment: KEYS });
    expect(of("Node.js")).toMatchObject({ status: "ok", message: process.versions.node });
    expect(of("Local engine")?.status).toMatch(/^(?:ok|warn)$/u);
    expect(of("Spool folder")?.message).toMatch(/\d GiB free$/u);
    expect(of("Config")).toMatchObject({ status: "ok" });
    expect(of("Keys")?.message).toContain("openai");
    expect(of("Port")).toMatchObject({ status: "fail", remedy: expect.stringContaining("--port") });
    expect(exitCode).toBe(1);
  });

  test("a running Earshot may have the port", async () => {
    const { proxy, close } = await serve({ port: 0, environment: baseEnvironment });
    onTestFinished(async () => void (await close()));
    const { of } = await examine(["--port", new URL(proxy.url).port]);
    expect(of("Port")).toMatchObject({ status: "ok", message: expect.stringContaining("running") });
  });

  test("a missing model is only a warning where the registry has it", async () => {
    const closed = `http://127.0.0.1:${await takePort()}`;
    const environment = {
      EARSHOT_CACHE_DIR: join(temporaryFolder(), "cache"),
      EARSHOT_OFFLINE: undefined,
      npm_config_registry: closed.replace("http", "unknown"),
    };
    const { exitCode, of } = await examine(["--port", "1"], { environment });
    expect(of("Built-in model")).toMatchObject({ status: "warn" });
    expect(of("npm registry")).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("npm config get registry"),
    });
    expect(exitCode).toBe(1);
  });

  test("a missing model that may not be fetched is a failure", async () => {
    const environment = {
      EARSHOT_CACHE_DIR: join(temporaryFolder(), "cache"),
      EARSHOT_OFFLINE: "1",
    };
    const { of } = await examine([], { environment });
    expect(of("Built-in model")).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("EARSHOT_MODEL_DIR"),
    });
    expect(of("npm registry")).toBeUndefined();
  });

  test("a folder that cannot be written to", async () => {
    const file = temporaryFile("a-file", "");
    const { of } = await examine([], { environment: { EARSHOT_CACHE_DIR: join(file, "cache") } });
    expect(of("Cache folder")).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("EARSHOT_CACHE_DIR"),
    });
  });

  test.skipIf(process.platform === "win32")("a spool folder that is not ours alone", async () => {
    const folder = temporaryFolder();
    const link = join(folder, "link");
    symlinkSync(temporaryFolder(), link);
    const path = temporaryFile(
      "config.yaml",
      `${CONFIG}earshot_settings: { spool_dir: ${link} }\n`,
    );
    const { of } = await examine(["-c", path], { environment: KEYS });
    expect(of("Spool folder")).toMatchObject({
      status: "fail",
      message: expect.stringContaining("it is a link"),
      remedy: expect.stringContaining("earshot_settings.spool_dir"),
    });
    const started = await runCommand(["-c", path, "--port", "0"], { environment: KEYS });
    expect(started.exitCode).toBe(1);
    expect(started.stderr).toMatch(
      /^earshot: The folder of earshot_settings\.spool_dir .* it is a link/mu,
    );
  });

  test("a config with problems, whose own port counts", async () => {
    const path = temporaryFile("config.yaml", CONFIG);
    const broken = await examine(["-c", path]);
    expect(broken.of("Config")).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining(`earshot config check ${path}`),
    });
    const { of } = await examine(["-c", path], { environment: KEYS });
    expect(of("Config")).toMatchObject({
      status: "warn",
      message: expect.stringContaining("1 warning"),
    });
  });

  test("prints a table for people", async () => {
    const { stdout } = await runCommand(["doctor"]);
    expect(stdout).toMatch(/^ok +Node\.js +/u);
    expect(stdout).toMatch(/^(?:ok|FAIL) +Port +/mu);
  });
});

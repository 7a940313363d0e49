import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import { INSTALL_FOLDER, versionOf } from "./repository.ts";
import type { Subject } from "./subject.ts";

const PORTKEY_FOLDER = join(INSTALL_FOLDER, "portkey");
const PORTKEY = join(PORTKEY_FOLDER, "node_modules/@portkey-ai/gateway");

/** The versions that its own lock file names; newer ones of its server do not work with it. */
const PORTKEY_MANIFEST = {
  private: true,
  dependencies: { "@portkey-ai/gateway": "1.15.2" },
  overrides: { "@hono/node-server": "1.13.5", hono: "4.9.7", "@hono/node-ws": "1.2.0" },
};

const installPortkey = (): void => {
  if (existsSync(PORTKEY)) return;
  mkdirSync(PORTKEY_FOLDER, { recursive: true });
  writeFileSync(join(PORTKEY_FOLDER, "package.json"), JSON.stringify(PORTKEY_MANIFEST));
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: PORTKEY_FOLDER,
    stdio: "inherit",
  });
};

/** Portkey's gateway; installs it below `.tools/bench` when it is not there yet. */
export function portkey(upstreamPort: number): Subject {
  installPortkey();
  return {
    name: "Portkey",
    version: versionOf(PORTKEY),
    headers: {
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
    },
    load: 0.5,
    start: async () => {
      const port = await freePort();
      const script = join(PORTKEY, "build/start-server.js");
      const command = [process.execPath, script, `--port=${port}`, "--headless"] as const;
      return startChild({ command, port });
    },
  };
}

/** Never 1.82.7, 1.82.8 or 1.107.0: those carried malware. */
const LITELLM_VERSION = "1.100.0";

const LITELLM_FOLDER = join(INSTALL_FOLDER, "litellm");
const LITELLM_INSTALLED = join(LITELLM_FOLDER, `litellm-${LITELLM_VERSION}`);

const installLitellm = (): void => {
  if (existsSync(LITELLM_INSTALLED)) return;
  rmSync(LITELLM_FOLDER, { recursive: true, force: true });
  mkdirSync(INSTALL_FOLDER, { recursive: true });
  execFileSync("python3", ["-m", "venv", LITELLM_FOLDER], { stdio: "inherit" });
  const quietly = ["--quiet", "--disable-pip-version-check"];
  const pip = ["install", ...quietly, `litellm[proxy]==${LITELLM_VERSION}`];
  execFileSync(join(LITELLM_FOLDER, "bin/pip"), pip, { stdio: "inherit" });
  writeFileSync(LITELLM_INSTALLED, "");
};

const toLitellmConfig = (upstreamPort: number): string =>
  JSON.stringify({
    model_list: [
      {
        model_name: "whisper-1",
        litellm_params: {
          model: "openai/whisper-1",
          api_base: `http://127.0.0.1:${upstreamPort}/v1`,
          api_key: "sk-test-bench",
        },
      },
    ],
    litellm_settings: { telemetry: false },
  });

const LITELLM_ENVIRONMENT = {
  LITELLM_LOCAL_MODEL_COST_MAP: "True",
  LITELLM_LOG: "ERROR",
  LITELLM_MODE: "PRODUCTION",
  NO_DOCS: "True",
};

/** LiteLLM's proxy; installs it below `.tools/bench` when it is not there yet. */
export function litellm(): Subject {
  installLitellm();
  return {
    name: "LiteLLM",
    version: LITELLM_VERSION,
    headers: {},
    load: 0.05,
    start: async ({ upstreamPort, folder }) => {
      const port = await freePort();
      const config = join(folder, "litellm.yaml");
      writeFileSync(config, toLitellmConfig(upstreamPort));
      const where = ["--host", "127.0.0.1", "--port", String(port)];
      const options = ["--config", config, ...where, "--num_workers", "1", "--telemetry", "False"];
      const command = [join(LITELLM_FOLDER, "bin/litellm"), ...options] as const;
      return startChild({ command, port, environment: LITELLM_ENVIRONMENT });
    },
  };
}

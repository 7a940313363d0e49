import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import { INSTALL_FOLDER } from "./repository.ts";
import type { Subject } from "./subject.ts";

/** Never 1.82.7, 1.82.8 or 1.107.0: those carried malware. */
const VERSION = "1.100.0";

const FOLDER = join(INSTALL_FOLDER, "litellm");
const INSTALLED = join(FOLDER, `litellm-${VERSION}`);

const install = (): void => {
  if (existsSync(INSTALLED)) return;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(INSTALL_FOLDER, { recursive: true });
  execFileSync("python3", ["-m", "venv", FOLDER], { stdio: "inherit" });
  const quietly = ["--quiet", "--disable-pip-version-check"];
  const pip = ["install", ...quietly, `litellm[proxy]==${VERSION}`];
  execFileSync(join(FOLDER, "bin/pip"), pip, { stdio: "inherit" });
  writeFileSync(INSTALLED, "");
};

const toConfig = (upstreamPort: number): string =>
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

const ENVIRONMENT = {
  LITELLM_LOCAL_MODEL_COST_MAP: "True",
  LITELLM_LOG: "ERROR",
  LITELLM_MODE: "PRODUCTION",
  NO_DOCS: "True",
};

/** LiteLLM's proxy; installs it below `.tools/bench` when it is not there yet. */
export function litellm(): Subject {
  install();
  return {
    name: "LiteLLM",
    version: VERSION,
    headers: {},
    load: 0.05,
    start: async ({ upstreamPort, folder }) => {
      const port = await freePort();
      const config = join(folder, "litellm.yaml");
      writeFileSync(config, toConfig(upstreamPort));
      const where = ["--host", "127.0.0.1", "--port", String(port)];
      const options = ["--config", config, ...where, "--num_workers", "1", "--telemetry", "False"];
      const command = [join(FOLDER, "bin/litellm"), ...options] as const;
      return startChild({ command, port, environment: ENVIRONMENT });
    },
  };
}

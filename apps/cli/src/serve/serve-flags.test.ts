import { expect, test } from "vitest";
import { temporaryFile } from "../../test/temporary-folder.ts";
import { countWorkers, workersFor } from "./serve-flags.ts";

const REMOTE = "{ model_name: whisper, litellm_params: { model: whisper-1, api_key: sk-test } }";
const LOCAL = "{ model_name: here, litellm_params: { model: local/moonshine-tiny-en } }";

const count = (config: string, workers?: number): Promise<number> =>
  countWorkers({ workers, configPath: temporaryFile("config.yaml", config) }, {});

test("the flag wins over the config, and the config over the local engine", async () => {
  const asked = `model_list: [${LOCAL}]\nearshot_settings: { workers: 3 }\n`;
  expect(await count(asked, 5)).toBe(5);
  expect(await count(asked)).toBe(3);
  expect(await count(`model_list: [${REMOTE}, ${LOCAL}]\n`)).toBe(1);
});

test("without a config, or with one that is broken, this process is enough", async () => {
  expect(await countWorkers({ workers: undefined, configPath: undefined }, {})).toBe(1);
  expect(await count("model_list: nonsense\n")).toBe(1);
});

test("otherwise one for each core, as far as they go", () => {
  expect(workersFor(undefined, { general: {}, deployments: [] }, 8)).toBe(8);
  expect(workersFor(undefined, { general: {}, deployments: [] }, 128)).toBe(64);
});

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import { REPOSITORY_ROOT, versionOf } from "./repository.ts";
import type { Subject } from "./subject.ts";

const MAIN = join(REPOSITORY_ROOT, "apps/cli/src/main.ts");

/** How to start Earshot. */
export interface EarshotOptions {
  /** For its process, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
  /** Default: 1. */
  readonly workers?: number;
  /** Default: the system's folder for temporary files. */
  readonly spoolFolder?: string;
}

const toConfig = (upstreamPort: number, spoolFolder: string | undefined): string =>
  JSON.stringify({
    model_list: [
      {
        model_name: "whisper-1",
        litellm_params: {
          model: "openai_compatible/whisper-1",
          api_base: `http://127.0.0.1:${upstreamPort}/v1`,
          api_key: "sk-test-bench",
        },
      },
    ],
    ...(spoolFolder === undefined ? {} : { earshot_settings: { spool_dir: spoolFolder } }),
  });

let hasWorkers: boolean | undefined;

/** Whether this version can run several processes on one port. */
export function canRunWorkers(): boolean {
  hasWorkers ??= execFileSync(process.execPath, [MAIN, "serve", "--help"], {
    encoding: "utf8",
  }).includes("--workers");
  return hasWorkers;
}

/** Earshot, as its sources are. */
export function earshot({ nodeOptions = [], workers = 1, spoolFolder }: EarshotOptions): Subject {
  return {
    name: "Earshot",
    version: `${versionOf(join(REPOSITORY_ROOT, "apps/cli"))} (sources)`,
    headers: {},
    load: 1,
    start: async ({ upstreamPort, folder }) => {
      const port = await freePort();
      const config = join(folder, `earshot-${port}.json`);
      writeFileSync(config, toConfig(upstreamPort, spoolFolder));
      const serve = [MAIN, "serve", "--config", config, "--port", String(port)];
      const several = canRunWorkers() ? ["--workers", String(workers)] : [];
      const command = [process.execPath, ...nodeOptions, ...serve, ...several] as const;
      return startChild({ command, port });
    },
  };
}

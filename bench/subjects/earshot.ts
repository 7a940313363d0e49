import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import { REPOSITORY_ROOT, versionOf } from "./repository.ts";
import type { Subject } from "./subject.ts";

const mainOf = (checkout: string): string => join(checkout, "apps/cli/src/main.ts");

/** How to start Earshot. */
export interface EarshotOptions {
  /** For its process, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
  /** Default: 1. */
  readonly workers?: number;
  /** Default: the system's folder for temporary files. */
  readonly spoolFolder?: string;
  /** Default: this repository. */
  readonly checkout?: string;
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

const hasWorkers = new Map<string, boolean>();

/** Whether the version in that folder, by default this one, can run several processes on one port. */
export function canRunWorkers(checkout: string = REPOSITORY_ROOT): boolean {
  const known = hasWorkers.get(checkout);
  if (known !== undefined) return known;
  const help = [mainOf(checkout), "serve", "--help"];
  const answer = execFileSync(process.execPath, help, { encoding: "utf8" }).includes("--workers");
  hasWorkers.set(checkout, answer);
  return answer;
}

/** Earshot, as its sources are. */
export function earshot(options: EarshotOptions): Subject {
  const { nodeOptions = [], workers = 1, spoolFolder, checkout = REPOSITORY_ROOT } = options;
  return {
    name: checkout === REPOSITORY_ROOT ? "Earshot" : "Earshot, other checkout",
    version: `${versionOf(join(checkout, "apps/cli"))} (sources)`,
    headers: {},
    load: 1,
    start: async ({ upstreamPort, folder }) => {
      const port = await freePort();
      const config = join(folder, `earshot-${port}.json`);
      writeFileSync(config, toConfig(upstreamPort, spoolFolder));
      const serve = [mainOf(checkout), "serve", "--config", config, "--port", String(port)];
      const several = canRunWorkers(checkout) ? ["--workers", String(workers)] : [];
      const command = [process.execPath, ...nodeOptions, ...serve, ...several] as const;
      return startChild({ command, port });
    },
  };
}

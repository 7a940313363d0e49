import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import { INSTALL_FOLDER, versionOf } from "./repository.ts";
import type { Subject } from "./subject.ts";

const FOLDER = join(INSTALL_FOLDER, "portkey");
const PORTKEY = join(FOLDER, "node_modules/@portkey-ai/gateway");

/** The versions that its own lock file names; newer ones of its server do not work with it. */
const MANIFEST = {
  private: true,
  dependencies: { "@portkey-ai/gateway": "1.15.2" },
  overrides: { "@hono/node-server": "1.13.5", hono: "4.9.7", "@hono/node-ws": "1.2.0" },
};

const install = (): void => {
  if (existsSync(PORTKEY)) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify(MANIFEST));
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: FOLDER, stdio: "inherit" });
};

/** Portkey's gateway; installs it below `.tools/bench` when it is not there yet. */
export function portkey(upstreamPort: number): Subject {
  install();
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

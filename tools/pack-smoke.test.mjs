import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { findPackProblems } from "./pack-smoke.mjs";
import { createTree } from "./temporary-tree.mjs";
import { REPOSITORY_ROOT } from "./workspace.mjs";

// Real pnpm and npm pack and install here; a busy machine takes its time for that.
vi.setConfig({ testTimeout: 120_000 });

const manifestOf = (/** @type {string} */ name, /** @type {object} */ more = {}) => ({
  name,
  version: "1.0.0",
  type: "module",
  files: ["dist"],
  exports: "./src/index.ts",
  publishConfig: { exports: { types: "./dist/index.d.mts", default: "./dist/index.mjs" } },
  ...more,
});

/** Two packages, built, where one depends on the other and brings the command. */
const createWorkspace = (/** @type {Record<string, string | object>} */ changes = {}) => {
  const root = createTree({
    "pnpm-workspace.yaml": "packages:\n  - packages/*\npmOnFail: ignore\n",
    "package.json": { name: "root", private: true },
    "packages/core/package.json": manifestOf("@earshot/core"),
    "packages/core/dist/index.mjs": "export const one = 1;",
    "packages/core/dist/index.d.mts": "export declare const one: number;",
    "packages/earshot/package.json": manifestOf("earshot", {
      bin: "./dist/main.mjs",
      dependencies: { "@earshot/core": "workspace:^" },
    }),
    "packages/earshot/dist/index.mjs": `export { one } from "@earshot/core";`,
    "packages/earshot/dist/index.d.mts": `export { one } from "@earshot/core";`,
    "packages/earshot/dist/main.mjs": `#!/usr/bin/env node\nconsole.log("Usage: earshot");`,
    ...changes,
  });
  mkdirSync(join(root, "node_modules"));
  for (const name of ["typescript", "@types"])
    symlinkSync(join(REPOSITORY_ROOT, "node_modules", name), join(root, "node_modules", name));
  return root;
};

describe("findPackProblems", () => {
  let temporary = "";
  const leftBehind = () =>
    readdirSync(temporary).filter((name) => name.startsWith("earshot-pack-"));

  beforeEach(() => {
    temporary = createTree({});
    vi.stubEnv("TMPDIR", temporary);
    return () => {
      vi.unstubAllEnvs();
    };
  });

  it("installs, imports, type-checks and starts what is packed, then probes it", async () => {
    const root = createWorkspace();
    const probe = vi.fn(
      (/** @type {string} */ _root, /** @type {{ folder: string }} */ { folder }) => {
        expect(readdirSync(join(folder, "node_modules"))).toContain("earshot");
        return Promise.resolve([]);
      },
    );
    expect(await findPackProblems(root, probe)).toEqual([]);
    expect(probe).toHaveBeenCalledOnce();
    expect(leftBehind()).toEqual([]);
  });

  it("reports an install that fails, and what the probe finds", async () => {
    const root = createWorkspace({ "bin/npm": "#!/bin/sh\necho offline\nexit 1" });
    expect(await findPackProblems(root, () => Promise.resolve(["no answer"]))).toEqual([
      "no answer",
    ]);
    chmodSync(join(root, "bin/npm"), 0o755);
    vi.stubEnv("PATH", [join(root, "bin"), process.env["PATH"]].join(delimiter));
    expect(await findPackProblems(root)).toEqual([
      "npm install of the tarballs failed:\noffline\n",
    ]);
  });

  it("reports whatever a user would run into, and leaves nothing behind", async () => {
    const root = createWorkspace({
      "packages/core/dist/index.mjs": `import "undeclared-package"; export const one = 1;`,
      "packages/core/dist/index.d.mts": `export declare const one: Missing;`,
      "packages/earshot/dist/main.mjs": `#!/usr/bin/env node\nprocess.exit(3);`,
      "packages/stub/package.json": manifestOf("@earshot/stub"),
      "packages/stub/dist/index.mjs": "export {};",
      "packages/stub/dist/index.d.mts": "export {};",
    });
    const problems = await findPackProblems(root);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain("@earshot/core: cannot be imported");
    expect(problems[0]).toContain("earshot: cannot be imported");
    expect(problems[0]).toContain("@earshot/stub: exports nothing");
    expect(problems[1]).toContain("Cannot find name 'Missing'");
    expect(problems[2]).toContain("earshot --help: exit code 3");
    expect(leftBehind()).toEqual([]);
  });

  it("asks for a build when there is none", async () => {
    const root = createWorkspace({
      "packages/bare/package.json": manifestOf("@earshot/bare"),
    });
    expect(await findPackProblems(root)).toEqual([`@earshot/bare: no dist; run "pnpm build"`]);
  });

  it("ends by the signal and leaves nothing behind when it is stopped", async () => {
    const root = createWorkspace({
      "bin/npm": `#!/bin/sh\ntouch "${temporary}/started"\nexec sleep 600`,
    });
    chmodSync(join(root, "bin/npm"), 0o755);
    writeFileSync(
      join(root, "run.mjs"),
      `import { findPackProblems } from "${join(import.meta.dirname, "pack-smoke.mjs")}";
      await findPackProblems("${root}");`,
    );
    const path = [join(root, "bin"), process.env["PATH"]].join(delimiter);
    const child = spawn(process.execPath, [join(root, "run.mjs")], {
      env: { ...process.env, PATH: path },
      stdio: "ignore",
    });
    const end = new Promise((resolve) => child.once("close", (_, signal) => resolve(signal)));
    await vi.waitUntil(() => existsSync(join(temporary, "started")), { timeout: 60_000 });
    child.kill("SIGTERM");
    expect(await end).toBe("SIGTERM");
    expect(leftBehind()).toEqual([]);
  });
});

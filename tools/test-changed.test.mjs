import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createTree } from "./temporary-tree.mjs";
import { testChanged } from "./test-changed.mjs";

/** core <- router <- proxy, tools and bench; all of them are due at first. */
const createWorkspace = () => {
  const root = createTree({
    ".gitignore": "node_modules/\ndist/\n",
    "pnpm-lock.yaml": "",
    "CONTRIBUTING.md": "",
    "tools/package.json": { name: "tools" },
    "bench/package.json": { name: "bench" },
    "packages/core/package.json": { name: "core" },
    "packages/core/src/a.ts": "",
    "packages/router/package.json": { name: "router", dependencies: { core: "workspace:^" } },
    "packages/router/src/a.ts": "",
    "apps/proxy/package.json": { name: "proxy", devDependencies: { router: "workspace:^" } },
  });
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  return root;
};

const ALL = ["proxy", "core", "router", "tools", "bench"];

/**
 * @param {string} root
 * @param {{ failing?: readonly string[], code?: number, report?: boolean }} [outcome]
 * @returns {Promise<{ ran: readonly string[], code: number }>}
 */
const run = async (
  root,
  { failing = [], code = failing.length > 0 ? 1 : 0, report = true } = {},
) => {
  /** @type {string[]} */
  const ran = [];
  const result = await testChanged(root, (projects) => {
    ran.push(...projects.map(({ name }) => name));
    const testResults = projects.map(({ directory, name }) => ({
      name: join(root, directory, "src/a.test.ts"),
      status: failing.includes(name) ? "failed" : "passed",
    }));
    return Promise.resolve({ code, report: report ? { testResults } : undefined });
  });
  return { ran, code: result };
};

describe("testChanged", () => {
  beforeEach(() => {
    vi.spyOn(console, "log").mockImplementation(() => undefined);
  });

  it("runs everything once and then nothing", async () => {
    const root = createWorkspace();
    expect(await run(root)).toEqual({ ran: expect.arrayContaining(ALL), code: 0 });
    expect(await run(root)).toEqual({ ran: [], code: 0 });
  });

  it.each([
    ["packages/core/src/a.ts", ["proxy", "core", "router"]],
    ["packages/router/src/new.ts", ["proxy", "router"]],
    ["apps/proxy/new.json", ["proxy"]],
    ["tools/new.mjs", ["tools"]],
    ["bench/new.ts", ["bench"]],
    ["pnpm-lock.yaml", ALL],
    ["new.md", ALL],
    ["CONTRIBUTING.md", []],
    ["node_modules/a.js", []],
  ])("after a change of %s runs %j", async (path, expected) => {
    const root = createWorkspace();
    await run(root);
    appendFileSync(join(root, path), "changed");
    expect((await run(root)).ran.toSorted()).toEqual(expected.toSorted());
  });

  it("notices a deleted file", async () => {
    const root = createWorkspace();
    await run(root);
    rmSync(join(root, "packages/router/src/a.ts"));
    expect((await run(root)).ran).toEqual(["proxy", "router"]);
  });

  it("runs what failed again, and only that", async () => {
    const root = createWorkspace();
    expect(await run(root, { failing: ["router"] })).toMatchObject({ code: 1 });
    expect(await run(root)).toEqual({ ran: ["router"], code: 0 });
  });

  it.each([
    ["fails without a failed test", { code: 1 }],
    ["leaves no report", { report: false }],
  ])("believes nothing of a run that %s", async (_, outcome) => {
    const root = createWorkspace();
    await run(root, outcome);
    expect((await run(root)).ran).toHaveLength(ALL.length);
  });
});

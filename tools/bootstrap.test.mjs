import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isNewEnough } from "./bootstrap/ensure-toolchain.mjs";
import { describeProgress } from "./bootstrap/run-process.mjs";
import { createTree } from "./temporary-tree.mjs";
import { readManifest, REPOSITORY_ROOT } from "./workspace.mjs";

// Each test starts several processes; a busy machine takes its time for that.
vi.setConfig({ testTimeout: 60_000 });

/** Stands in for npm: puts the asked-for tool where the real one would. */
const FAKE_NPM = `#!${process.execPath}
const { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = require("node:fs");
if (process.env.FAKE_NPM !== undefined) {
  console.error("npm error code " + process.env.FAKE_NPM);
  process.exit(1);
}
const root = process.cwd() + "/../..";
const [[name, version]] = Object.entries(JSON.parse(readFileSync("package.json")).dependencies);
const folder = "node_modules/" + name;
mkdirSync(folder + "/bin", { recursive: true });
writeFileSync(folder + "/package.json", '{ "version": "' + version + '", "type": "commonjs" }');
copyFileSync("package-lock.json", root + "/locked.json");
if (name.startsWith("@pnpm/")) copyFileSync(root + "/bin/fake-pnpm", folder + "/pnpm");
else symlinkSync(process.execPath, folder + "/bin/node");
`;

/** Stands in for pnpm: notes each install; can fail, or wait until a file named "go" is there. */
const FAKE_PNPM = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync } = require("node:fs");
const { FAKE_PNPM } = process.env;
if (process.argv[2] === "--version") process.exit(0);
appendFileSync("installs", process.argv.slice(2).join(" ") + "\\n");
const finish = () => {
  mkdirSync("node_modules", { recursive: true });
  if (FAKE_PNPM === "fail") console.log("the lockfile is stale");
  process.exit(FAKE_PNPM === "fail" ? 3 : 0);
};
if (FAKE_PNPM !== "wait") finish();
setInterval(() => existsSync("go") && finish(), 10);
`;

const MAIN = `
const [first] = process.argv.slice(2);
if (first === "wait") {
  process.on("SIGTERM", () => process.exit(7));
  setInterval(() => {}, 1000);
  console.log("ready");
} else console.log(JSON.stringify({
  args: process.argv.slice(2),
  version: process.version,
  path: process.env["PATH"]?.split(":").slice(0, 2),
}));
`;

/** A repository with the real bootstrap, a fake npm and pnpm, and a program that tells how it was run. */
const createRepository = () => {
  const root = createTree({
    "package.json": { type: "module" },
    "bin/package.json": { type: "commonjs" },
    "bin/npm": FAKE_NPM,
    "bin/fake-pnpm": FAKE_PNPM,
    "pnpm-lock.yaml": "first",
    "apps/cli/src/main.ts": MAIN,
  });
  chmodSync(join(root, "bin/npm"), 0o755);
  chmodSync(join(root, "bin/fake-pnpm"), 0o755);
  for (const path of ["bootstrap.mjs", "bootstrap"])
    cpSync(join(import.meta.dirname, path), join(root, "tools", path), { recursive: true });
  return root;
};

/**
 * @typedef {object} StartOptions
 * @property {string[]} [args]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [node]
 */

/** @param {string} root @param {StartOptions} options */
const spawnBootstrap = (root, { args = ["start"], env = {}, node = process.execPath } = {}) => {
  const child = spawn(node, [join(root, "tools/bootstrap.mjs"), ...args], {
    env: { PATH: [join(root, "bin"), process.env["PATH"]].join(delimiter), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
};

/** @param {ReturnType<typeof spawnBootstrap>} child */
const endOf = async (child) => {
  const [stdout, stderr, end] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => {
      child.once("close", (code, signal) => {
        resolve(signal ?? code);
      });
    }),
  ]);
  return { stdout, stderr, end };
};

/** @param {string} root @param {StartOptions} [options] */
const run = (root, options) => endOf(spawnBootstrap(root, options));

/** @param {string} root */
const installsOf = (root) => {
  const path = join(root, "installs");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
};

/** @param {string} root */
const lockOf = (root) => join(root, ".tools/install.lock");

/** @param {() => boolean} condition */
const until = (condition) => vi.waitUntil(condition, { timeout: 50_000, interval: 10 });

describe("bootstrap", () => {
  it("installs once, then runs the program with its arguments and the tools first in PATH", async () => {
    const root = createRepository();
    const first = await run(root, { args: ["start", "--config", "a b.yaml"] });
    const second = await run(root);

    expect(first.end).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      args: ["--config", "a b.yaml"],
      path: [join(process.execPath, ".."), join(root, ".tools/pnpm/bin")],
    });
    expect(first.stderr).toContain("get pnpm");
    expect(second).toMatchObject({ end: 0, stderr: "" });
    expect(installsOf(root)).toEqual(["install --frozen-lockfile --reporter=append-only"]);
  });

  it("installs again after the lockfile changed", async () => {
    const root = createRepository();
    await run(root);
    writeFileSync(join(root, "pnpm-lock.yaml"), "second");
    await run(root);
    expect(installsOf(root)).toHaveLength(2);
  });

  it("shows the output of a failed install and tries again the next time", async () => {
    const root = createRepository();
    const failed = await run(root, { env: { FAKE_PNPM: "fail" } });
    expect(failed).toMatchObject({ end: 1, stdout: "" });
    expect(failed.stderr).toContain("the lockfile is stale");
    expect(failed.stderr).toContain("Could not install the packages");

    expect(await run(root)).toMatchObject({ end: 0 });
    expect(installsOf(root)).toHaveLength(2);
  });

  it("says that the registry does not answer when there is no network", async () => {
    const { end, stderr } = await run(createRepository(), { env: { FAKE_NPM: "ENOTFOUND" } });
    expect(end).toBe(1);
    expect(stderr).toContain("the package registry does not answer");
  });

  it("has npm compare with a hash of our own, and says what a mismatch means", async ({ skip }) => {
    skip(process.platform !== "linux", "hashes for Linux only");
    const root = createRepository();
    await run(root);
    const { packages } = JSON.parse(readFileSync(join(root, "locked.json"), "utf8"));
    expect(packages[`node_modules/@pnpm/exe.linux-${process.arch}`]).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/u),
      integrity: expect.stringMatching(/^sha512-[\w+/]{86}==$/u),
    });

    const { end, stderr } = await run(createRepository(), { env: { FAKE_NPM: "EINTEGRITY" } });
    expect(end).toBe(1);
    expect(stderr).toMatch(/Could not get pnpm .* sent something else than .* SECURITY\.md/u);
  });

  it("says what is missing when there is no npm", async () => {
    const root = createRepository();
    const { end, stderr } = await run(root, { env: { PATH: join(root, "no-such-folder") } });
    expect({ end, stderr }).toMatchObject({ end: 1 });
    expect(stderr).toContain("there is no npm");
  });

  it("lets a second start wait for the install of the first", async () => {
    const root = createRepository();
    const first = run(root, { env: { FAKE_PNPM: "wait" } });
    await until(() => installsOf(root).length > 0);

    const waiting = spawnBootstrap(root, { env: { FAKE_PNPM: "wait" } });
    let said = "";
    waiting.stderr.on("data", (chunk) => (said += String(chunk)));
    const second = endOf(waiting);
    await until(() => said.includes("is installing already"));
    writeFileSync(join(root, "go"), "");

    expect(await Promise.all([first, second])).toMatchObject([{ end: 0 }, { end: 0 }]);
    expect(installsOf(root)).toHaveLength(1);
    expect(existsSync(lockOf(root))).toBe(false);
  });

  it("takes over the lock of a process that died", async () => {
    const root = createRepository();
    await run(root);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(lockOf(root), String(pid));
    writeFileSync(join(root, "pnpm-lock.yaml"), "second");
    expect(await run(root)).toMatchObject({ end: 0 });
    expect(existsSync(lockOf(root))).toBe(false);
  });

  it.each(/** @type {const} */ (["SIGINT", "SIGTERM"]))(
    "leaves no lock and no stamp when %s stops the install",
    async (signal) => {
      const root = createRepository();
      const child = spawnBootstrap(root, { env: { FAKE_PNPM: "wait" } });
      const end = endOf(child);
      await until(() => installsOf(root).length > 0);
      child.kill(signal);
      expect(await end).toMatchObject({ end: signal, stdout: "" });
      expect(existsSync(lockOf(root))).toBe(false);

      expect(await run(root)).toMatchObject({ end: 0 });
      expect(installsOf(root)).toHaveLength(2);
    },
  );

  it("forwards signals to the program and ends with the program's exit code", async () => {
    const root = createRepository();
    const child = spawnBootstrap(root, { args: ["start", "wait"] });
    const end = endOf(child);
    child.stdout.once("data", () => child.kill("SIGTERM"));
    expect(await end).toMatchObject({ stdout: "ready\n", end: 7 });
  });

  it("gets signals when npm's shell starts it", async () => {
    const root = createRepository();
    const { scripts } = readManifest(join(REPOSITORY_ROOT, "package.json"));
    const child = spawn("sh", ["-c", `${scripts?.["start"]} wait`], {
      cwd: root,
      env: { ...process.env, PATH: [join(root, "bin"), process.env["PATH"]].join(delimiter) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = endOf(child);
    child.stdout.once("data", () => child.kill("SIGTERM"));
    expect(await end).toMatchObject({ end: 7 });
  });

  it("names the commands there are when it does not know one", async () => {
    const { end, stderr } = await run(createRepository(), { args: ["deploy"] });
    expect(end).toBe(1);
    expect(stderr).toContain(
      'Unknown command "deploy": use start, test, check, static, provider-docs, pack-all, bench.',
    );
  });

  it("brings a newer Node when it is started by an old one", async ({ skip }) => {
    const oldNode = findOldNode();
    skip(oldNode === undefined, "every Node on this machine is new enough");
    const root = createRepository();
    const { stdout, stderr } = await run(root, { node: oldNode ?? "" });
    expect(stderr).toContain("get Node");
    expect(JSON.parse(stdout)).toMatchObject({
      version: process.version,
      path: [join(root, ".tools/node/bin"), join(root, ".tools/pnpm/bin")],
    });
  });
});

const findOldNode = () =>
  [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin"]
    .map((folder) => join(folder, "node"))
    .filter((path) => existsSync(path))
    .find((path) => !isNewEnough(execFileSync(path, ["-p", "process.versions.node"]).toString()));

describe("describeProgress", () => {
  it.each([
    ["", "still working"],
    ["Scope: all\nProgress: resolved 5, reused 2\n", "progress: resolved 5, reused 2"],
    [
      "Progress: resolved 5\n[WARN] GET x error (Connect)\n error sending request\nWill retry in 2s.",
      "the package registry does not answer; trying again",
    ],
  ])("%j: %s", (output, expected) => {
    expect(describeProgress(output)).toBe(expected);
  });
});

describe("isNewEnough", () => {
  it.each([
    ["20.20.2", false],
    ["22.18.9", false],
    ["22.19.0", true],
    ["24.0.0", true],
  ])("%s: %s", (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

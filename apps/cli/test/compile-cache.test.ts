import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { startCli } from "./cli-process.ts";
import { baseEnvironment, runCommand } from "./fake-io.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const SOMEBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

/** Runs the program with a cache and a temporary folder of its own; it must work in any case. */
const expectToRun = (environment: Readonly<Record<string, string>>): void => {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, "--version"], {
    env: { ...baseEnvironment, ...environment },
    encoding: "utf8",
  });
  const manifest = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { readonly version: string };
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${manifest.version}\n` });
};

const folders = () => {
  const temporary = realpathSync(temporaryFolder());
  // As /tmp is.
  chmodSync(temporary, 0o1777);
  const cache = join(realpathSync(temporaryFolder()), "cache");
  return {
    temporary,
    compile: join(cache, "compile"),
    environment: { EARSHOT_CACHE_DIR: cache, TMPDIR: temporary },
  };
};

describe.skipIf(process.platform === "win32")("compiled code", { timeout: 30_000 }, () => {
  test("is kept in the user's cache, closed to others, and not in the temporary folder", () => {
    const { environment, temporary, compile } = folders();
    expectToRun(environment);
    expect(lstatSync(compile).mode & 0o777).toBe(0o700);
    expect(readdirSync(compile)).not.toEqual([]);
    expectToRun(environment);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.for<[string, boolean, (path: string, own: string) => void]>([
    ["a folder that others can write to", false, (path) => chmodSync(mkdirOf(path), 0o777)],
    ["a link", false, (path, own) => symlinkSync(own, path)],
    ["another user's (needs root)", true, (path) => chownSync(mkdirOf(path), SOMEBODY, SOMEBODY)],
  ])(
    "is not read from %s, and nothing is written there",
    async ([, needsRoot, plant], { skip }) => {
      skip(needsRoot && !isRoot, "only root may give a folder away");
      const { environment, temporary, compile } = folders();
      mkdirSync(environment.EARSHOT_CACHE_DIR, { mode: 0o700 });
      const own = realpathSync(temporaryFolder());
      plant(compile, own);
      expectToRun(environment);
      expect(readdirSync(compile)).toEqual([]);
      expect(readdirSync(own)).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
      const { stdout } = await runCommand(["doctor", "--json"], { environment });
      const findings = JSON.parse(stdout) as readonly { check: string; status: string }[];
      expect(findings.find(({ check }) => check === "Compiled code")?.status).toBe("warn");
    },
  );

  test("goes where Node's own variable says", () => {
    const { environment, compile } = folders();
    const chosen = temporaryFolder();
    expectToRun({ ...environment, NODE_COMPILE_CACHE: chosen });
    expect(readdirSync(chosen)).not.toEqual([]);
    expect(lstatSync(compile, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.for<[string, boolean, (path: string, own: string) => void]>([
    ["a folder that others can write to", false, (path) => chmodSync(mkdirOf(path), 0o777)],
    ["a link", false, (path, own) => symlinkSync(own, path)],
    ["another user's (needs root)", true, (path) => chownSync(mkdirOf(path), SOMEBODY, SOMEBODY)],
  ])(
    "goes where Node's own variable says with a warning, where that is %s",
    async ([, needsRoot, plant], { skip }) => {
      skip(needsRoot && !isRoot, "only root may give a folder away");
      const chosen = join(realpathSync(temporaryFolder()), "chosen");
      plant(chosen, realpathSync(temporaryFolder()));
      const environment = { ...folders().environment, NODE_COMPILE_CACHE: chosen };
      const { stdout } = await runCommand(["doctor", "--json"], { environment });
      const findings = JSON.parse(stdout) as readonly { check: string; status: string }[];
      expect(findings.find(({ check }) => check === "Compiled code")).toMatchObject({
        status: "warn",
        message: expect.stringContaining(`${chosen}, as NODE_COMPILE_CACHE says`),
      });
      for (const workers of ["1", "2"]) {
        const server = startCli(["--port=0", `--workers=${workers}`, "--log-format=json"], {
          ...environment,
          OPENAI_API_KEY: "sk-test",
        });
        onTestFinished(() => server.kill("SIGKILL"));
        await server.until(/"warn".*as NODE_COMPILE_CACHE says/u);
        server.kill("SIGTERM");
        await server.exitCode;
      }
    },
  );

  test("that Node is told not to keep needs no warning", async () => {
    const chosen = join(realpathSync(temporaryFolder()), "chosen");
    chmodSync(mkdirOf(chosen), 0o777);
    const environment = {
      ...folders().environment,
      NODE_COMPILE_CACHE: chosen,
      NODE_DISABLE_COMPILE_CACHE: "1",
    };
    expectToRun(environment);
    expect(readdirSync(chosen)).toEqual([]);
    const { stdout } = await runCommand(["doctor", "--json"], { environment });
    const findings = JSON.parse(stdout) as readonly { check: string; status: string }[];
    expect(findings.find(({ check }) => check === "Compiled code")?.status).toBe("ok");
  });

  test("is not kept where there is no place for it", () => {
    expectToRun({ ...folders().environment, EARSHOT_CACHE_DIR: join(MAIN, "cache") });
  });
});

const mkdirOf = (path: string): string => {
  mkdirSync(path, { mode: 0o700 });
  return path;
};

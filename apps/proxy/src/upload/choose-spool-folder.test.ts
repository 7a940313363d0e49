import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defaultSpoolFolder, spoolFolderProblem } from "./choose-spool-folder.ts";
import { openSpoolFolder } from "./spool-folder.ts";

const MODULE = fileURLToPath(new URL("spool-folder.ts", import.meta.url));
const SOMEBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "earshot-spool-test-"));
  // As /tmp is.
  chmodSync(folder, 0o1777);
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const modeOf = (path: string): number => lstatSync(path).mode & 0o7777;

/** Writes an upload and reads it back. */
const expectUsable = async ({ create }: Awaited<ReturnType<typeof openSpoolFolder>>) => {
  const file = await create();
  await file.write([Buffer.from("audio")], 0);
  const buffer = Buffer.alloc(5);
  expect(await file.read(buffer, 0)).toBe(5);
  expect(buffer.toString()).toBe("audio");
  await file.release();
};

const plants: readonly (readonly [string, boolean, (path: string) => void])[] = [
  [
    "a folder that others can write to",
    false,
    (path) => {
      mkdirSync(path);
      chmodSync(path, 0o777);
    },
  ],
  [
    "a link to a folder of our own",
    false,
    (path) => {
      mkdirSync(join(folder, "own"), { mode: 0o700 });
      symlinkSync(join(folder, "own"), path);
    },
  ],
  ["a link to nowhere", false, (path) => symlinkSync(join(folder, "nowhere"), path)],
  [
    "a folder of another user (needs root)",
    true,
    (path) => {
      mkdirSync(path, { mode: 0o700 });
      chownSync(path, SOMEBODY, SOMEBODY);
    },
  ],
  [
    "a link of another user (needs root)",
    true,
    (path) => {
      mkdirSync(join(folder, "own"), { mode: 0o700 });
      symlinkSync(join(folder, "own"), path);
      lchownSync(path, SOMEBODY, SOMEBODY);
    },
  ],
];

describe.skipIf(process.platform === "win32")("the usual folder for uploads", () => {
  test("is one of our own, and two processes may begin to use it at once", async () => {
    const opened = await Promise.all([openSpoolFolder(), openSpoolFolder(), openSpoolFolder()]);
    expect(new Set(opened.map(({ path }) => path))).toEqual(new Set([defaultSpoolFolder()]));
    expect(opened.map(({ warning }) => warning)).toEqual([undefined, undefined, undefined]);
    expect(modeOf(defaultSpoolFolder())).toBe(0o700);
    for (const spool of opened) await expectUsable(spool);
  });

  for (const [what, needsRoot, plant] of plants)
    test.skipIf(needsRoot && !isRoot)(
      `where it is ${what}, a new one is used, with a warning`,
      async () => {
        plant(defaultSpoolFolder());
        expect(spoolFolderProblem(undefined)).toBeDefined();
        const spool = await openSpoolFolder();
        expect(spool.path).not.toBe(defaultSpoolFolder());
        expect(lstatSync(spool.path)).toMatchObject({ uid: process.geteuid?.() });
        expect(modeOf(spool.path)).toBe(0o700);
        expect(spool.warning).toContain("spool_dir");
        await expectUsable(spool);
      },
    );

  test("a new one of a process that was killed is removed by the next, and nothing else is", async () => {
    mkdirSync(defaultSpoolFolder());
    chmodSync(defaultSpoolFolder(), 0o777);
    const program = `const { openSpoolFolder } = await import(${JSON.stringify(MODULE)});
      const { path } = await openSpoolFolder();
      process.stdout.write(path, () => process.kill(process.pid, "SIGKILL"));`;
    const killed = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
    });
    expect(killed.signal).toBe("SIGKILL");
    expect(lstatSync(killed.stdout).isDirectory()).toBe(true);
    const dead = `${defaultSpoolFolder()}-${killed.pid}`;
    mkdirSync(`${dead}-full`, { mode: 0o700 });
    writeFileSync(join(`${dead}-full`, "notes"), "");
    mkdirSync(`${dead}-open`);
    chmodSync(`${dead}-open`, 0o777);
    mkdirSync(join(folder, "own"), { mode: 0o700 });
    symlinkSync(join(folder, "own"), `${dead}-link`);
    writeFileSync(join(killed.stdout, `upload-${killed.pid}-1`), "");
    mkdirSync(`${defaultSpoolFolder()}-notes`, { mode: 0o700 });
    mkdirSync(`${defaultSpoolFolder()}-${process.pid}-alive`, { mode: 0o700 });
    const before = readdirSync(folder).filter((name) => name !== basename(killed.stdout));
    const spool = await openSpoolFolder();
    expect(readdirSync(folder).toSorted()).toEqual([...before, basename(spool.path)].toSorted());
    await expectUsable(spool);
  });

  test("is made anew when something tidies it away, by the same rules", async () => {
    const spool = await openSpoolFolder();
    rmSync(spool.path, { recursive: true });
    await expectUsable(spool);
    expect(modeOf(spool.path)).toBe(0o700);
  });

  test("is not made anew where something else has taken its place", async () => {
    const spool = await openSpoolFolder();
    rmSync(spool.path, { recursive: true });
    symlinkSync(join(folder, "nowhere"), spool.path);
    await expect(spool.create()).rejects.toThrow("Uploads have no folder.");
    expect(readdirSync(folder)).toEqual([basename(spool.path)]);
  });
});

describe.skipIf(process.platform === "win32")("a folder for uploads that the config names", () => {
  test("is made, or used as it is when it is ours", async () => {
    const made = await openSpoolFolder(join(folder, "a", "b"));
    expect(made.path).toBe(join(folder, "a", "b"));
    expect(modeOf(made.path)).toBe(0o700);
    chmodSync(made.path, 0o755);
    const again = await openSpoolFolder(made.path);
    expect(again.path).toBe(made.path);
    expect(modeOf(made.path)).toBe(0o755);
    await expectUsable(again);
  });

  test.each([0o777, 0o1777, 0o775])(
    "that others can write to (%o) keeps its mode, and a part of it is closed to them",
    async (mode) => {
      const given = join(folder, "given");
      mkdirSync(given);
      chmodSync(given, mode);
      const spool = await openSpoolFolder(given);
      expect(spool.path).toBe(join(given, basename(defaultSpoolFolder())));
      expect(modeOf(given)).toBe(mode);
      expect(modeOf(spool.path)).toBe(0o700);
      await expectUsable(spool);
      expect(spoolFolderProblem(given)).toBeUndefined();
    },
  );

  test("that is a link is refused, with what to do", async () => {
    const given = join(folder, "given");
    mkdirSync(join(folder, "own"), { mode: 0o700 });
    symlinkSync(join(folder, "own"), given);
    await expect(openSpoolFolder(given)).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(/earshot_settings\.spool_dir .* it is a link.* not a link/u),
    });
    expect(spoolFolderProblem(given)).toBe("it is a link");
  });

  test.skipIf(!isRoot)("that belongs to another user is refused (needs root)", async () => {
    const given = join(folder, "given");
    mkdirSync(given, { mode: 0o700 });
    chownSync(given, SOMEBODY, SOMEBODY);
    await expect(openSpoolFolder(given)).rejects.toThrow("it belongs to another user");
    expect(spoolFolderProblem(given)).toBe("it belongs to another user");
  });

  test("with something planted where its closed part goes is refused", async () => {
    symlinkSync(join(folder, "nowhere"), join(folder, basename(defaultSpoolFolder())));
    await expect(openSpoolFolder(folder)).rejects.toThrow("it is a link");
  });
});

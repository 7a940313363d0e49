import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makePrivateFolder, privateFolderProblem } from "./private-folder.ts";

const SOMEBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

let folder: string;
let place: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "earshot-private-"));
  place = join(folder, "private");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): number => lstatSync(path).mode & 0o7777;

describe.skipIf(process.platform === "win32")("a private folder", () => {
  test("is made with everything above it, closed to others whatever the umask", () => {
    const deep = join(folder, "a", "b");
    const before = process.umask(0);
    try {
      expect(makePrivateFolder(deep)).toBeUndefined();
    } finally {
      process.umask(before);
    }
    expect(modeOf(deep)).toBe(0o700);
    expect(modeOf(join(folder, "a"))).toBe(0o700);
  });

  test("is taken as it is when it is there, and closed when others could read it", () => {
    mkdirSync(place, { mode: 0o755 });
    writeFileSync(join(place, "kept"), "");
    expect(makePrivateFolder(place)).toBeUndefined();
    expect(modeOf(place)).toBe(0o700);
    expect(lstatSync(join(place, "kept")).isFile()).toBe(true);
    expect(makePrivateFolder(place)).toBeUndefined();
  });

  test.each([0o777, 0o770, 0o1777, 0o703])(
    "is none with mode %o: who knows what lies there",
    (mode) => {
      mkdirSync(place);
      chmodSync(place, mode);
      expect(makePrivateFolder(place)).toBe("others can write to it");
      expect(privateFolderProblem(place)).toBe("others can write to it");
    },
  );

  test("is no link, not even to a folder of one's own", () => {
    mkdirSync(join(folder, "own"), { mode: 0o700 });
    symlinkSync(join(folder, "own"), place);
    expect(makePrivateFolder(place)).toBe("it is a link");
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
    expect(makePrivateFolder(join(folder, "dangling"))).toBe("it is a link");
    expect(lstatSync(join(folder, "nowhere"), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("is no file", () => {
    writeFileSync(place, "");
    expect(makePrivateFolder(place)).toBe("it is no folder");
  });

  test("cannot lie where others can exchange it, unless the folder above protects it", () => {
    chmodSync(folder, 0o777);
    expect(makePrivateFolder(place)).toMatch(/^others can write to .*, above it$/u);
    expect(makePrivateFolder(join(place, "deep", "er"))).toMatch(/above it$/u);
    expect(lstatSync(place, { throwIfNoEntry: false })).toBeUndefined();
    chmodSync(folder, 0o1777);
    expect(makePrivateFolder(place)).toBeUndefined();
  });

  test("may lie behind a link of one's own, if what it leads to is safe", () => {
    mkdirSync(join(folder, "large"), { mode: 0o700 });
    symlinkSync(join(folder, "large"), join(folder, "cache"));
    expect(makePrivateFolder(join(folder, "cache", "earshot"))).toBeUndefined();
    chmodSync(join(folder, "large"), 0o777);
    expect(makePrivateFolder(join(folder, "cache", "earshot"))).toMatch(/above it$/u);
  });

  test("cannot lie behind a link that leads nowhere", () => {
    symlinkSync(join(folder, "nowhere"), join(folder, "cache"));
    expect(makePrivateFolder(join(folder, "cache", "earshot"))).toMatch(/leads nowhere$/u);
    expect(lstatSync(join(folder, "nowhere"), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("that is not there yet is no problem, and looking makes nothing", () => {
    expect(privateFolderProblem(join(place, "deep"))).toBeUndefined();
    expect(lstatSync(place, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("that cannot be made rejects with the system's error", () => {
    writeFileSync(place, "");
    expect(() => makePrivateFolder(join(place, "inside"))).toThrow(/ENOTDIR|EEXIST/u);
    expect(privateFolderProblem(join(place, "inside", "deeper"))).toBeUndefined();
  });
});

describe.skipIf(!isRoot)("for root (needs chown)", () => {
  test("a folder of another user is none, however closed it is", () => {
    mkdirSync(place, { mode: 0o700 });
    chownSync(place, SOMEBODY, SOMEBODY);
    expect(makePrivateFolder(place)).toBe("it belongs to another user");
  });

  test("a folder inside of another user's is none", () => {
    chownSync(folder, SOMEBODY, SOMEBODY);
    expect(makePrivateFolder(place)).toMatch(/belongs to another user$/u);
    mkdirSync(place, { mode: 0o700 });
    expect(makePrivateFolder(join(place, "deep"))).toMatch(/belongs to another user$/u);
  });

  test("a link that somebody else put on the way is not followed", () => {
    chmodSync(folder, 0o1777);
    mkdirSync(join(folder, "own"), { mode: 0o700 });
    symlinkSync(join(folder, "own"), join(folder, "planted"));
    lchownSync(join(folder, "planted"), SOMEBODY, SOMEBODY);
    expect(makePrivateFolder(join(folder, "planted", "private"))).toMatch(
      /planted, above it, belongs to another user$/u,
    );
  });
});

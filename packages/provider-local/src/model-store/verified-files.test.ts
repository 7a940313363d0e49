import { createHash } from "node:crypto";
import { chmod, chown, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { findProblems } from "./verified-files.ts";
import type { ExpectedFile } from "./verified-files.ts";

const SOMEBODY = 65_534;
const isRoot = process.geteuid?.() === 0;
const GOOD = "the model";
const PLANTED = "the modem";

const expected: ExpectedFile = {
  name: "model.onnx",
  sizeBytes: GOOD.length,
  sha256: createHash("sha256").update(GOOD).digest("hex"),
};

let folder: string;
let model: string;
let stamp: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  model = join(folder, expected.name);
  stamp = join(folder, ".verified.json");
  await writeFile(model, PLANTED);
  const changedAtMs = (await stat(model)).mtimeMs;
  const stamps = { [expected.name]: { sha256: expected.sha256, changedAtMs } };
  await writeFile(stamp, JSON.stringify(stamps));
});

const problem = async (): Promise<string | undefined> =>
  (await findProblems(folder, [expected])).get(expected.name);

describe.skipIf(process.platform === "win32")("what was noted down of a file", () => {
  test("counts in a folder of our own", async () => {
    expect(await problem()).toBeUndefined();
  });

  test("does not where others could write to the folder, which is closed then", async () => {
    await chmod(folder, 0o777);
    expect(await problem()).toBe("wrong content");
    expect((await stat(folder)).mode & 0o777).toBe(0o755);
    // What was planted before that does not count later either.
    expect(await problem()).toBe("wrong content");
    await writeFile(model, GOOD);
    expect(await problem()).toBeUndefined();
    expect(await readFile(stamp, "utf8")).toContain(expected.sha256);
  });

  test("does not where others could write to the file, or to the note", async () => {
    await chmod(model, 0o666);
    expect(await problem()).toBe("wrong content");
    await chmod(model, 0o644);
    await chmod(stamp, 0o666);
    expect(await problem()).toBe("wrong content");
  });

  test.skipIf(!isRoot).each(["the folder", "the file", "the note"])(
    "does not where %s belongs to somebody else (needs root)",
    async (which) => {
      const path = { "the folder": folder, "the file": model, "the note": stamp }[which] ?? "";
      await chown(path, SOMEBODY, SOMEBODY);
      expect(await problem()).toBe("wrong content");
    },
  );
});

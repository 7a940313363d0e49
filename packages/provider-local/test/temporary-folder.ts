import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Makes an empty folder that is removed when the tests of the file have run. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "earshot-test-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** Makes an empty folder that is removed after the running test, or outside of one after the file's tests. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "earshot-test-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  // From inside of a running test afterAll would never be called; outside of one onTestFinished throws.
  try {
    onTestFinished(remove);
  } catch {
    afterAll(remove);
  }
  return folder;
}

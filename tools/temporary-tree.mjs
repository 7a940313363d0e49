import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Writes files into a new folder that goes away with the test; objects are written as JSON.
 *
 * @param {Readonly<Record<string, string | object>>} files contents by path
 * @returns {string} the folder
 */
export const createTree = (files) => {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "earshot-tools-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(
      join(root, path),
      typeof content === "string" ? content : JSON.stringify(content, undefined, 2),
    );
  }
  return root;
};

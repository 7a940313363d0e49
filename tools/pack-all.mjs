// `npm run pack-all` builds every public package and writes its tarball, as it would be published,
// to dist-tarballs.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isStartedScript } from "./run-check.mjs";
import { runCommand } from "./run-command.mjs";
import { readWorkspace, REPOSITORY_ROOT } from "./workspace.mjs";

/** @typedef {{ name: string, filename: string, files: readonly { path: string }[] }} Tarball */

/**
 * Packs all public packages, which have to be built.
 *
 * @param {string} root
 * @param {{ folder: string, signal?: AbortSignal }} options `folder` is where the tarballs go
 * @returns {Promise<readonly Tarball[]>} their absolute file names, and what is in them
 */
export const packAll = async (root, { folder, signal }) => {
  const published = readWorkspace(root).filter(({ manifest }) => manifest.private !== true);
  const filters = published.map(({ manifest }) => `--filter=${manifest.name}`);
  const { code, stdout, output } = await runCommand(
    ["pnpm", "--recursive", ...filters, "pack", "--json", "--pack-destination", folder],
    { cwd: root, ...(signal && { signal }) },
  );
  if (code !== 0) throw new Error(`pnpm pack failed:\n${output}`);
  const tarballs = /** @type {Tarball | readonly Tarball[]} */ (JSON.parse(stdout));
  return [tarballs].flat();
};

/**
 * Writes what would be published into each package's `dist`.
 *
 * @param {string} root
 */
export const buildAll = async (root) => {
  const command = ["turbo", "run", "build", "--output-logs=errors-only"];
  const { code, output } = await runCommand(command, { cwd: root });
  if (code !== 0) throw new Error(`The build failed:\n${output}`);
};

if (isStartedScript(import.meta.filename)) {
  const folder = join(REPOSITORY_ROOT, "dist-tarballs");
  // Those of another version would be installed beside the new ones.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await buildAll(REPOSITORY_ROOT);
  const tarballs = await packAll(REPOSITORY_ROOT, { folder });
  console.log(`${tarballs.length} packages are in dist-tarballs. To use them in a project:
  npm install ${join(folder, "*.tgz")}`);
}

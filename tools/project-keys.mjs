import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readManifest, readWorkspace } from "./workspace.mjs";

/** Files that no test reads. */
const WITHOUT_EFFECT =
  /^(?:\.changeset|\.github)\/|^(?:AGENTS|CONTRIBUTING)\.md$|\/CHANGELOG\.md$/u;

/** @param {string} path @returns {string} the project's folder; empty for what all projects share */
const projectOf = (path) =>
  /^(?:(?:packages|apps)\/[^/]+|tools|bench)(?=\/)/u.exec(path)?.[0] ?? "";

/**
 * @param {string} root
 * @returns {ReadonlyMap<string, string>} a hash of the files below each project's folder, and one
 *   under the empty name for everything else that git does not ignore
 */
const hashFiles = (root) => {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
    { cwd: root, encoding: "utf8" },
  );
  /** @type {Map<string, import("node:crypto").Hash>} */
  const hashes = new Map();
  for (const path of listed.split("\0").toSorted()) {
    if (path === "" || WITHOUT_EFFECT.test(path)) continue;
    const project = projectOf(path);
    const hash = hashes.get(project) ?? createHash("sha256");
    hashes.set(project, hash.update(`\0${path}\0`).update(contentOf(join(root, path))));
  }
  return new Map([...hashes].map(([project, hash]) => [project, hash.digest("hex")]));
};

/** @param {string} path @returns {Buffer | string} a mark for a file that was deleted */
const contentOf = (path) => {
  try {
    return readFileSync(path);
  } catch {
    return "deleted";
  }
};

/**
 * For each test project a key that changes with everything its tests can depend on: its files, those
 * of the workspace packages below it, everything outside of packages, and the Node version.
 *
 * @param {string} root
 * @returns {readonly { name: string, directory: string, key: string }[]}
 */
export const projectKeys = (root) => {
  const projects = [
    ...readWorkspace(root),
    ...["tools", "bench"].map((directory) => ({
      directory,
      manifest: readManifest(join(root, directory, "package.json")),
    })),
  ];
  const byName = new Map(projects.map((project) => [project.manifest.name, project]));
  const hashes = hashFiles(root);

  /** @param {string} name @param {Set<string>} found @returns {Set<string>} folders */
  const withDependencies = (name, found = new Set()) => {
    const project = byName.get(name);
    if (project === undefined || found.has(project.directory)) return found;
    found.add(project.directory);
    const { dependencies, devDependencies, peerDependencies } = project.manifest;
    for (const dependency of Object.keys({
      ...dependencies,
      ...devDependencies,
      ...peerDependencies,
    }))
      withDependencies(dependency, found);
    return found;
  };
  return projects.map(({ directory, manifest: { name } }) => {
    const parts = ["", ...withDependencies(name)].map((folder) => hashes.get(folder) ?? "");
    const key = createHash("sha256")
      .update([process.version, ...parts].join(" "))
      .digest("hex");
    return { name, directory, key };
  });
};

// Fails when a workspace package knows something above it; see "The house" in docs/architecture.md.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { runCheck } from "./run-check.mjs";
import { readTsConfig, readWorkspace, REPOSITORY_ROOT } from "./workspace.mjs";

/** @typedef {import("./workspace.mjs").WorkspacePackage} WorkspacePackage */

/** What each layer may depend on. @type {Readonly<Record<string, readonly string[]>>} */
const MAY_DEPEND_ON = {
  core: [],
  kit: ["core", "formats"],
  testkit: ["core", "kit"],
  formats: ["core"],
  audio: ["core"],
  router: ["core"],
  config: ["core"],
  // What several vendors speak: `provider-NAME-compatible`.
  dialect: ["core", "kit"],
  provider: ["core", "kit", "dialect"],
  "local provider": ["core", "kit", "audio"],
  gateway: [
    "core",
    "kit",
    "formats",
    "audio",
    "router",
    "config",
    "dialect",
    "provider",
    "local provider",
  ],
  app: ["core", "kit", "formats", "audio", "router", "config", "local provider", "gateway", "app"],
};

/** Whose tests may use the testkit. */
const TESTED_BY_THE_KIT = new Set(["dialect", "provider", "local provider", "gateway", "app"]);

/** Packages whose layer does not follow from their folder. @type {Readonly<Record<string, string>>} */
const LAYER_OF_DIRECTORY = {
  "packages/provider-kit": "kit",
  "packages/provider-testkit": "testkit",
  "packages/provider-local": "local provider",
};

/** @param {string} directory */
const layerOf = (directory) => {
  const known = LAYER_OF_DIRECTORY[directory];
  if (known !== undefined) return known;
  if (directory.startsWith("apps/")) return "app";
  if (directory.startsWith("packages/provider-"))
    return directory.endsWith("-compatible") ? "dialect" : "provider";
  return directory.replace("packages/", "");
};

/**
 * @param {WorkspacePackage} workspacePackage
 * @param {ReadonlyMap<string, string>} directoryOf package name to folder
 * @returns {string[]}
 */
const dependencyProblems = ({ directory, manifest }, directoryOf) => {
  const layer = layerOf(directory);
  const allowed = MAY_DEPEND_ON[layer];
  if (allowed === undefined) return [`${directory}: no layer; add it to tools/check-layers.mjs`];

  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  /** @param {object} names @param {readonly string[]} layers @returns {string[]} */
  const outside = (names, layers) =>
    Object.keys(names).flatMap((name) => {
      const target = directoryOf.get(name);
      if (target === undefined || layers.includes(layerOf(target))) return [];
      return [`${directory} (${layer}) must not depend on ${name} (${layerOf(target)})`];
    });
  return [
    ...outside({ ...dependencies, ...optionalDependencies, ...peerDependencies }, allowed),
    ...outside(
      { ...devDependencies },
      TESTED_BY_THE_KIT.has(layer) ? [...allowed, "testkit"] : allowed,
    ),
  ];
};

/** Matches the specifier of static, re-exporting and dynamic imports. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/gu;

/**
 * @param {string} root
 * @param {WorkspacePackage} workspacePackage
 * @returns {string[]}
 */
const importProblems = (root, { directory }) => {
  const files = globSync(`${directory}/**/*.{ts,mts,mjs}`, {
    cwd: root,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist|\.tsbuild|fixtures)$/u.test(path),
  });
  return files.flatMap((file) =>
    Array.from(readFileSync(join(root, file), "utf8").matchAll(IMPORT), ([, specifier = ""]) => ({
      specifier,
      leaves:
        specifier.startsWith(".") &&
        !normalize(join(file, "..", specifier)).startsWith(join(directory, "/")),
    }))
      .filter(({ leaves }) => leaves)
      .map(({ specifier }) => `${file}: relative import leaves the package: ${specifier}`),
  );
};

/**
 * @param {string} root
 * @param {WorkspacePackage} workspacePackage
 * @param {ReadonlyMap<string, string>} directoryOf
 * @returns {string[]}
 */
const referenceProblems = (root, { directory, manifest }, directoryOf) => {
  const path = join(directory, "tsconfig.json");
  if (!existsSync(join(root, path))) return [`${path}: missing`];
  const { references = [] } = readTsConfig(join(root, path));
  const actual = new Set(references.map((reference) => join(directory, reference.path)));
  const expected = new Set(
    Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap((name) => {
      const target = directoryOf.get(name);
      return target === undefined ? [] : [target];
    }),
  );
  return [
    ...[...expected]
      .filter((name) => !actual.has(name))
      .map((name) => `${path}: reference to ${name} is missing`),
    ...[...actual]
      .filter((name) => !expected.has(name))
      .map((name) => `${path}: reference to ${name}, which package.json does not depend on`),
  ];
};

/**
 * @param {string} root
 * @param {readonly WorkspacePackage[]} workspace
 * @returns {string[]}
 */
const rootReferenceProblems = (root, workspace) => {
  const { references = [] } = readTsConfig(join(root, "tsconfig.json"));
  const listed = new Set(references.map(({ path }) => path));
  return workspace
    .filter(({ directory }) => !listed.has(directory))
    .map(({ directory }) => `tsconfig.json: reference to ${directory} is missing`);
};

/**
 * One line for each dependency, relative import or tsconfig reference that breaks the house rules.
 *
 * @param {string} root
 * @returns {string[]}
 */
export const findLayerProblems = (root) => {
  const workspace = readWorkspace(root);
  const directoryOf = new Map(
    workspace.map(({ directory, manifest }) => [manifest.name, directory]),
  );
  return [
    ...workspace.flatMap((workspacePackage) => [
      ...dependencyProblems(workspacePackage, directoryOf),
      ...importProblems(root, workspacePackage),
      ...referenceProblems(root, workspacePackage, directoryOf),
    ]),
    ...rootReferenceProblems(root, workspace),
  ];
};

await runCheck(import.meta.filename, "layers", () => findLayerProblems(REPOSITORY_ROOT));

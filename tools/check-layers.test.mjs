import { describe, expect, it } from "vitest";
import { findLayerProblems } from "./check-layers.mjs";
import { createTree } from "./temporary-tree.mjs";

const references = (/** @type {string[]} */ ...paths) => ({
  references: paths.map((path) => ({ path })),
});

/** A healthy workspace of four packages; `changes` replaces or adds files. */
const createWorkspace = (/** @type {Record<string, string | object>} */ changes = {}) =>
  createTree({
    "tsconfig.json": references(
      "packages/core",
      "packages/provider-testkit",
      "packages/provider-acme",
      "packages/router",
    ),
    "packages/core/package.json": { name: "@earshot/core" },
    "packages/core/tsconfig.json": {},
    "packages/provider-testkit/package.json": {
      name: "@earshot/provider-testkit",
      dependencies: { "@earshot/core": "workspace:^" },
    },
    "packages/provider-testkit/tsconfig.json": references("../core"),
    "packages/provider-acme/package.json": {
      name: "@earshot/provider-acme",
      dependencies: { "@earshot/core": "workspace:^", zod: "catalog:" },
      devDependencies: { "@earshot/provider-testkit": "workspace:^" },
    },
    "packages/provider-acme/tsconfig.json": references("../core", "../provider-testkit"),
    "packages/provider-acme/src/index.ts": `export { acme } from "./acme.ts";`,
    "packages/provider-acme/src/deep/acme.test.ts": `import { acme } from "../acme.ts";`,
    "packages/router/package.json": {
      name: "@earshot/router",
      dependencies: { "@earshot/core": "workspace:^" },
    },
    "packages/router/tsconfig.json": references("../core"),
    ...changes,
  });

describe("findLayerProblems", () => {
  it("accepts dependencies that point down", () => {
    expect(findLayerProblems(createWorkspace())).toEqual([]);
  });

  it("refuses a dependency on a layer above or beside", () => {
    const root = createWorkspace({
      "packages/provider-acme/package.json": {
        name: "@earshot/provider-acme",
        peerDependencies: { "@earshot/router": "workspace:^" },
      },
      "packages/provider-acme/tsconfig.json": {},
    });
    expect(findLayerProblems(root)).toEqual([
      "packages/provider-acme (provider) must not depend on @earshot/router (router)",
    ]);
  });

  it("lets only tests use the testkit", () => {
    const root = createWorkspace({
      "packages/provider-acme/package.json": {
        name: "@earshot/provider-acme",
        dependencies: { "@earshot/provider-testkit": "workspace:^" },
      },
      "packages/provider-acme/tsconfig.json": references("../provider-testkit"),
    });
    expect(findLayerProblems(root)).toEqual([
      "packages/provider-acme (provider) must not depend on @earshot/provider-testkit (testkit)",
    ]);
  });

  it("lets every provider build on a dialect, but neither on another provider", () => {
    const scope = (/** @type {string} */ name) => `@earshot/provider-${name}`;
    const provider = (/** @type {string} */ name, /** @type {string[]} */ ...dependencies) => ({
      [`packages/provider-${name}/package.json`]: {
        name: scope(name),
        dependencies: Object.fromEntries(dependencies.map((each) => [scope(each), "workspace:^"])),
      },
      [`packages/provider-${name}/tsconfig.json`]: references(
        ...dependencies.map((each) => `../provider-${each}`),
      ),
    });
    const root = createWorkspace({
      "tsconfig.json": references(
        ...["core", "provider-testkit", "router"].map((name) => `packages/${name}`),
        ...["acme", "groq", "openai-compatible"].map((name) => `packages/provider-${name}`),
      ),
      ...provider("openai-compatible", "groq"),
      ...provider("groq", "openai-compatible"),
      ...provider("acme", "openai-compatible", "groq"),
    });
    expect(findLayerProblems(root)).toEqual([
      "packages/provider-acme (provider) must not depend on @earshot/provider-groq (provider)",
      "packages/provider-openai-compatible (dialect) must not depend on @earshot/provider-groq (provider)",
    ]);
  });

  it.each(["import", "export"])("refuses a relative %s that leaves the package", (keyword) => {
    const root = createWorkspace({
      "packages/router/src/deep/route.ts": `${keyword} type { X } from "../../../core/src/x.ts";`,
    });
    expect(findLayerProblems(root)).toEqual([
      "packages/router/src/deep/route.ts: relative import leaves the package: ../../../core/src/x.ts",
    ]);
  });

  it("sees dynamic imports and folders whose name starts like the package's own", () => {
    const root = createWorkspace({
      "packages/router/src/route.ts": `await import("../../router-two/src/x.ts");`,
    });
    expect(findLayerProblems(root)).toHaveLength(1);
  });

  it("wants tsconfig references to equal the workspace dependencies", () => {
    const root = createWorkspace({
      "packages/router/tsconfig.json": references("../provider-acme"),
    });
    expect(findLayerProblems(root)).toEqual([
      "packages/router/tsconfig.json: reference to packages/core is missing",
      "packages/router/tsconfig.json: reference to packages/provider-acme, which package.json does not depend on",
    ]);
  });

  it("wants every package to have a layer, a tsconfig and a place in the root tsconfig", () => {
    const root = createWorkspace({
      "packages/stray/package.json": { name: "@earshot/stray" },
    });
    expect(findLayerProblems(root)).toEqual([
      "packages/stray: no layer; add it to tools/check-layers.mjs",
      "packages/stray/tsconfig.json: missing",
      "tsconfig.json: reference to packages/stray is missing",
    ]);
  });
});

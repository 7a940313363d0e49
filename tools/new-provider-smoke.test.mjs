import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { findNewProviderProblems } from "./new-provider-smoke.mjs";
import { createTree } from "./temporary-tree.mjs";
import { REPOSITORY_ROOT } from "./workspace.mjs";

vi.setConfig({ testTimeout: 60_000 });

/** A repository with the real tools, and a template with these sources. */
const createRepository = (/** @type {Record<string, string>} */ sources) => {
  const template = "packages/provider-template";
  const root = createTree({
    ".oxlintrc.json": { rules: { "no-debugger": "error" } },
    ".oxfmtrc.json": {},
    "tsconfig.base.json": {
      compilerOptions: {
        composite: true,
        emitDeclarationOnly: true,
        module: "nodenext",
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        rootDir: "${configDir}",
        outDir: "${configDir}/.tsbuild",
      },
      include: ["${configDir}/src"],
    },
    [`${template}/package.json`]: {
      name: "@earshot/provider-template",
      type: "module",
      devDependencies: { vitest: "catalog:" },
    },
    [`${template}/tsconfig.json`]: { extends: "../../tsconfig.base.json" },
    ...Object.fromEntries(
      Object.entries(sources).map(([path, text]) => [`${template}/src/${path}`, text]),
    ),
  });
  mkdirSync(join(root, template, "node_modules"));
  symlinkSync(
    join(REPOSITORY_ROOT, "node_modules/vitest"),
    join(root, template, "node_modules/vitest"),
  );
  symlinkSync(join(REPOSITORY_ROOT, "node_modules"), join(root, "node_modules"));
  return root;
};

const TEST = `import { expect, it } from "vitest";
import { templateKind } from "./template.ts";
it("is named after the provider", () => expect(templateKind).toBe("acme_speech"));`;

describe("findNewProviderProblems", () => {
  it("reports what lint, types and tests say about the copy", async () => {
    const root = createRepository({
      "template.ts": `debugger;\nexport const templateKind: number = "another";`,
      "template.test.ts": TEST,
    });
    expect(await findNewProviderProblems(root)).toEqual([
      expect.stringMatching(/no-debugger[\s\S]*acme-speech\.ts/u),
      expect.stringContaining("TS2322"),
      expect.stringContaining("is named after the provider"),
    ]);
  });
});

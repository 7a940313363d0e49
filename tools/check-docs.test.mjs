import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { anchorsOf, findDocumentationProblems, linksOf, splitMarkdown } from "./check-docs.mjs";
import { createTree } from "./temporary-tree.mjs";
import { REPOSITORY_ROOT } from "./workspace.mjs";

vi.setConfig({ testTimeout: 60_000 });

/** The problems of a repository with these files, one package and the real compiler. */
const problemsOf = (/** @type {Record<string, string | object>} */ files) => {
  const root = createTree({
    "tsconfig.base.json": { compilerOptions: { module: "nodenext", strict: true } },
    "packages/core/package.json": {
      name: "@earshot/core",
      type: "module",
      exports: "./src/index.ts",
    },
    "packages/core/src/index.ts": "export const one: number = 1;",
    "packages/core/README.md": "# Core",
    ...files,
  });
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  mkdirSync(join(root, "node_modules"));
  for (const name of ["typescript", "@types"])
    symlinkSync(join(REPOSITORY_ROOT, "node_modules", name), join(root, "node_modules", name));
  return findDocumentationProblems(root);
};

describe("findDocumentationProblems", () => {
  it("accepts links to files, folders, headings and other sites", async () => {
    const page = `# Top
[core](packages/core) [read me](./packages/core/README.md#core) [top](#top) [root](/README.md)
[site](https://example.com/a.md) [mail](mailto:a@example.com) [spaced](docs/a%20b.md)`;
    expect(await problemsOf({ "README.md": page, "docs/a b.md": "" })).toEqual([]);
  });

  it("reports dead links with their line", async () => {
    const problems = await problemsOf({
      "README.md": "# Top\n\n[a](missing.md)\n[b](#nowhere)\n[c](packages/core/README.md#gone)",
    });
    expect(problems).toEqual([
      "README.md:3: no such file: missing.md",
      "README.md:4: no such heading: #nowhere",
      "README.md:5: no such heading: packages/core/README.md#gone",
    ]);
  });

  it("limits the pages that everybody reads, and wants one for each package", async () => {
    const problems = await problemsOf({
      "README.md": "line\n".repeat(150),
      "AGENTS.md": "line\n".repeat(81),
      "packages/core/README.md": "line\n".repeat(81),
      "packages/bare/package.json": { name: "@earshot/bare" },
      "docs/long.md": "line\n".repeat(500),
    });
    expect(problems).toEqual([
      "packages/bare/README.md: missing",
      "AGENTS.md: 81 lines; at most 80",
      "packages/core/README.md: 81 lines; at most 80",
    ]);
  });

  it("compares tables of settings and options with the provider that the package exports", async () => {
    const readme = [
      "# Acme",
      "| setting | environment |  |",
      "| ------- | ----------- | - |",
      "| `api_key` | `ACME_KEY` | required |",
      "| `region` | | `us` or `eu` |",
      "",
      "| option | values |",
      "| --- | --- |",
      "| `speed`, `old` | |",
      "",
      "| field | Acme |",
      "| --- | --- |",
      "| `whatever` | |",
    ];
    const source = `export const acme = {
      specVersion: 1,
      environment: { apiKey: ["ACME_API_KEY"], baseUrl: ["ACME_BASE"] },
      settings: { region: { type: "string", values: ["us", "eu", "au"] } },
      options: { speed: { type: "number" }, tone: { type: "string" } },
    };`;
    const problems = await problemsOf({
      "packages/provider-acme/package.json": { name: "@earshot/provider-acme", type: "module" },
      "packages/provider-acme/src/index.ts": source,
      "packages/provider-acme/README.md": readme.join("\n"),
    });
    const place = "packages/provider-acme/README.md";
    expect(problems).toEqual([
      `${place}:2: the code has the setting \`api_base\``,
      `${place}:4: the code reads \`api_key\` from ACME_API_KEY`,
      `${place}:5: the code takes au`,
      `${place}:7: the code has the option \`tone\``,
      `${place}:9: the code has no option \`old\``,
    ]);
  });

  it("type-checks examples against the packages and counts lines as the page does", async () => {
    const example = [
      "# Core",
      "```ts",
      `import { one } from "@earshot/core";`,
      "const two: string = one;",
      "```",
      "```ts",
      "const two = 2; // a module of its own",
      "```",
      "```js",
      "this is not TypeScript",
      "```",
    ];
    expect(await problemsOf({ "packages/core/README.md": example.join("\n") })).toEqual([
      "packages/core/README.md:4: error TS2322: Type 'number' is not assignable to type 'string'.",
    ]);
  });

  it("does not pass when the compiler could not do its work", async () => {
    const problems = await problemsOf({
      "tsconfig.base.json": { compilerOptions: { module: "no-such-thing" } },
      "README.md": "```ts\nconst a: string = 1;\n```",
    });
    expect(problems).toEqual([expect.stringMatching(/^the compiler did not run: .*'--module'/su)]);
  });
});

describe("splitMarkdown", () => {
  it("finds blocks with their language and first line, and blanks them in the prose", () => {
    const page = ["# A", "```ts", "const a = 1;", "```", "text", "~~~sh", "ls", "~~~"].join("\n");
    expect(splitMarkdown(page)).toEqual({
      blocks: [
        { language: "ts", line: 3, code: "const a = 1;" },
        { language: "sh", line: 7, code: "ls" },
      ],
      prose: ["# A", "", "", "", "text", "", "", ""],
    });
  });

  it("ends a block only at a fence of its own length and kind", () => {
    const page = ["````md", "```ts", "let a;", "```", "````", "after"].join("\n");
    const { blocks, prose } = splitMarkdown(page);
    expect(blocks).toEqual([{ language: "md", line: 2, code: "```ts\nlet a;\n```" }]);
    expect(prose.at(-1)).toBe("after");
  });
});

describe("linksOf", () => {
  it("finds links, images, titles and reference definitions, but nothing in code", () => {
    const prose = [
      "[a](a.md) and ![b](<b.png> 'Title') and [![c](c.svg)](d.md#e)",
      "[ref]: ./f.md",
      "`[not](one.md)`",
    ];
    expect(linksOf(prose).map(({ line, target }) => `${line} ${target}`)).toEqual([
      "1 a.md",
      "1 b.png",
      "1 c.svg",
      "1 d.md#e",
      "2 ./f.md",
    ]);
  });
});

describe("anchorsOf", () => {
  it("makes anchors as GitHub does", () => {
    const headings = ["# What's `new`, in 2.0?", "## [Set-up](a.md)", "## Set-up", "no # heading"];
    expect([...anchorsOf(headings)]).toEqual(["whats-new-in-20", "set-up", "set-up-1"]);
  });
});

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findHygieneProblems } from "./check-hygiene.mjs";
import { createTree } from "./temporary-tree.mjs";

/** The problems of a repository that tracks these files. */
const problemsOf = (/** @type {Record<string, string>} */ files) => {
  const root = createTree(files);
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  execFileSync("git", ["add", "."], { cwd: root });
  return findHygieneProblems(root);
};

/** Put together here, so that this file passes the check that it tests. */
const slash = "/";
const domain = ["npmjs", "org"].join(".");
const disable = ["oxlint", "disable-next-line"].join("-");

describe("findHygieneProblems", () => {
  it.each([
    ["a machine's path", `const a = "${slash}home/somebody/audio.wav";`],
    ["a path at the start of a line", `${slash}root/models`],
    ["a registry", `tarball: https://registry.${domain}/x.tgz`],
    ["a bare registry", `see ${domain}`],
    ["a conflict", `${"<".repeat(7)} HEAD`],
  ])("finds %s, with file and line", (_, line) => {
    expect(problemsOf({ "docs/a.md": `fine\n${line}\n` })).toEqual([
      expect.stringMatching(/^docs\/a\.md:2: /u),
    ]);
  });

  it.each([
    ["a URL", "https://example.com/home/page"],
    ["a longer path", "fixtures/home/page and ./work/list and ${base}/root/x and ~/work/x"],
    ["an example", `${slash}home/ann/audio.wav`],
    ["another host", "registry.example.com, npmjs-like.org.example"],
    ["a suppression with a reason", `// ${disable} no-console -- it is a script`],
    ["a divider", "======= "],
  ])("accepts %s", (_, line) => {
    expect(problemsOf({ "packages/a/src/a.ts": line })).toEqual([]);
  });

  it("lets the model downloader name npm's default registry, and nobody else", () => {
    const line = `const REGISTRY = "https://registry.${domain}/";`;
    const folder = "packages/provider-local/src/";
    const files = { [`${folder}model-store/registry.ts`]: line, [`${folder}other.ts`]: line };
    expect(problemsOf(files)).toEqual([expect.stringContaining("other.ts:1")]);
  });

  it("wants reasons, named exports and names that say something", () => {
    const problems = problemsOf({
      "packages/a/src/index.ts": `export * from "./a.ts";\n// ${disable} no-console\n`,
      "packages/a/src/utils/a.ts": "",
      "packages/a/src/helpers.ts": "",
      "packages/a/src/upload-manager.ts": "",
      "packages/a/src/common-words/shared-memory.ts": "",
    });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "packages/a/src/helpers.ts",
      "packages/a/src/index.ts",
      "packages/a/src/index.ts",
      "packages/a/src/upload-manager.ts",
      "packages/a/src/utils/a.ts",
    ]);
  });

  it("looks at tracked files only, and not at recordings", () => {
    const root = createTree({
      "untracked.md": `${slash}home/somebody/x`,
      "gone.md": "",
      "speech.wav": `${slash}home/somebody/x`,
    });
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    execFileSync("git", ["add", "gone.md", "speech.wav"], { cwd: root });
    rmSync(join(root, "gone.md"));
    expect(findHygieneProblems(root)).toEqual([]);
  });

  it("limits the first line of a commit, counted in letters", () => {
    const root = createTree({ "a.md": "" });
    const git = (/** @type {string[]} */ ...args) => execFileSync("git", args, { cwd: root });
    git("init", "--quiet");
    git("config", "user.name", "Ann");
    git("config", "user.email", "ann@example.com");
    for (const subject of ["ü".repeat(72), "x".repeat(73)])
      git("commit", "--quiet", "--allow-empty", "-m", `${subject}\n\n${"body ".repeat(30)}`);
    expect(findHygieneProblems(root)).toEqual([
      expect.stringMatching(/^commit [\da-f]+: its first line has 73 letters; at most 72$/u),
    ]);
  });
});

// Fails when the documentation grows past its limits, links to nothing, or shows TypeScript that
// does not compile.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { anchorsOf, linksOf, splitMarkdown } from "./markdown.mjs";
import { runCheck } from "./run-check.mjs";
import { findTypeProblems } from "./type-check-blocks.mjs";
import { readWorkspace, REPOSITORY_ROOT } from "./workspace.mjs";

/** @typedef {import("./markdown.mjs").Link} Link */
/** @typedef {ReturnType<typeof splitMarkdown> & { path: string, lines: number }} Page */

/** The first one that fits counts. @type {readonly { files: RegExp, lines: number }[]} */
const LIMITS = [
  { files: /^README\.md$/u, lines: 150 },
  { files: /^AGENTS\.md$/u, lines: 80 },
  { files: /^(?:packages|apps)\/[^/]+\/README\.md$/u, lines: 80 },
];

/** @param {string} root @returns {readonly Page[]} */
const readPages = (root) =>
  execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\0")
    .filter((path) => path !== "" && !/(?:^|\/)(?:fixtures\/|CHANGELOG\.md$)/u.test(path))
    .filter((path) => existsSync(join(root, path)))
    .map((path) => {
      const markdown = readFileSync(join(root, path), "utf8");
      return { path, lines: markdown.trimEnd().split("\n").length, ...splitMarkdown(markdown) };
    });

/** @param {Page} page @returns {string[]} */
const lengthProblems = ({ path, lines }) => {
  const limit = LIMITS.find(({ files }) => files.test(path));
  return limit !== undefined && lines > limit.lines
    ? [`${path}: ${lines} lines; at most ${limit.lines}`]
    : [];
};

/**
 * @param {string} root
 * @param {Page} page
 * @param {Link} link
 * @returns {string | undefined}
 */
const linkProblem = (root, { path, prose }, { line, target }) => {
  if (/^[a-z][a-z\d+.-]*:/iu.test(target)) return undefined;
  const [file = "", anchor] = decodeURI(target).split("#");
  const start = file.startsWith("/") ? root : join(root, dirname(path));
  const absolute = join(start, file);
  if (file !== "" && !existsSync(absolute)) return `${path}:${line}: no such file: ${target}`;
  if (anchor === undefined || (file !== "" && !file.endsWith(".md"))) return undefined;
  const anchors = anchorsOf(
    file === "" ? prose : splitMarkdown(readFileSync(absolute, "utf8")).prose,
  );
  return anchors.has(anchor) ? undefined : `${path}:${line}: no such heading: ${target}`;
};

/**
 * One line for each problem of the documentation of the repository at `root`.
 *
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export const findDocumentationProblems = async (root) => {
  const pages = readPages(root);
  const paths = new Set(pages.map(({ path }) => path));
  const missing = readWorkspace(root)
    .map(({ directory }) => `${directory}/README.md`)
    .filter((path) => !paths.has(path))
    .map((path) => `${path}: missing`);
  const ofPages = pages.flatMap((page) => [
    ...lengthProblems(page),
    ...linksOf(page.prose).flatMap((link) => linkProblem(root, page, link) ?? []),
  ]);
  return [...missing, ...ofPages, ...(await findTypeProblems(root, pages))];
};

await runCheck(import.meta.filename, "documentation", () =>
  findDocumentationProblems(REPOSITORY_ROOT),
);

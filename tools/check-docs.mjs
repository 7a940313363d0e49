// Fails when the documentation grows past its limits, links to nothing, shows TypeScript that does
// not compile, or tells of other settings of a provider than its code.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { providerTableProblems } from "./provider-tables.mjs";
import { runCheck } from "./run-check.mjs";
import { findTypeProblems } from "./type-check-blocks.mjs";
import { readWorkspace, REPOSITORY_ROOT } from "./workspace.mjs";

/**
 * @typedef {import("./type-check-blocks.mjs").CodeBlock} CodeBlock
 *
 * @typedef {object} Link
 * @property {number} line
 * @property {string} target
 *
 * @typedef {ReturnType<typeof splitMarkdown> & { path: string, lines: number }} Page
 */

const FENCE = /^\s*(?<fence>`{3,}|~{3,})\s*(?<language>\S*)/u;

/**
 * Splits a page into its fenced code blocks and its prose, which keeps its line numbers.
 *
 * @param {string} markdown
 * @returns {{ blocks: readonly CodeBlock[], prose: readonly string[] }}
 */
export const splitMarkdown = (markdown) => {
  /** @type {CodeBlock[]} */
  const blocks = [];
  /** @type {{ fence: string, language: string, line: number, code: string[] } | undefined} */
  let open;
  const prose = markdown.split("\n").map((line, index) => {
    const match = FENCE.exec(line)?.groups;
    if (open === undefined) {
      if (match === undefined) return line;
      const { fence = "", language = "" } = match;
      open = { fence, language, line: index + 2, code: [] };
    } else if (match?.["language"] === "" && match["fence"]?.startsWith(open.fence)) {
      blocks.push({ language: open.language, line: open.line, code: open.code.join("\n") });
      open = undefined;
    } else open.code.push(line);
    return "";
  });
  return { blocks, prose };
};

const LINK = /\]\(\s*<?(?<inline>[^)\s>]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*<?(?<reference>[^\s>]+)/gu;

/**
 * Inline links, images and reference definitions, without what is only quoted as code.
 *
 * @param {readonly string[]} prose
 * @returns {readonly Link[]}
 */
export const linksOf = (prose) =>
  prose.flatMap((line, index) =>
    Array.from(line.replaceAll(/`[^`]*`/gu, "").matchAll(LINK), ({ groups }) => ({
      line: index + 1,
      target: groups?.["inline"] ?? groups?.["reference"] ?? "",
    })),
  );

/**
 * The anchors that a page's headings get on GitHub.
 *
 * @param {readonly string[]} prose
 * @returns {ReadonlySet<string>}
 */
export const anchorsOf = (prose) => {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const anchors = prose
    .filter((line) => /^#{1,6} /u.test(line))
    .map((line) => {
      const slug = line
        .replace(/^#+ /u, "")
        .replaceAll(/\[(?<text>[^\]]*)\]\([^)]*\)/gu, "$<text>")
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
        .replaceAll(" ", "-");
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    });
  return new Set(anchors);
};

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
  const ofTables = await Promise.all(pages.map((page) => providerTableProblems(root, page)));
  return [...missing, ...ofPages, ...ofTables.flat(), ...(await findTypeProblems(root, pages))];
};

await runCheck(import.meta.filename, "documentation", () =>
  findDocumentationProblems(REPOSITORY_ROOT),
);

/**
 * @typedef {object} CodeBlock
 * @property {string} language as written after the fence, `ts` for example
 * @property {number} line of its first line of code, from 1
 * @property {string} code
 *
 * @typedef {object} Link
 * @property {number} line
 * @property {string} target
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

import { describe, expect, it } from "vitest";
import { anchorsOf, linksOf, splitMarkdown } from "./markdown.mjs";

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

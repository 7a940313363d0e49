import { describe, expect, test } from "vitest";
import type { TextOutput } from "./command-io.ts";
import { createProgressLine } from "./progress-line.ts";

const createOutput = (
  isTTY: boolean,
  columns = 80,
): TextOutput & { readonly text: () => string } => {
  let written = "";
  return {
    write: (text) => {
      written += text;
    },
    isTTY,
    columns,
    fd: undefined,
    text: () => written,
  };
};

const CLEAR = "\r\u001B[2K";

describe("on a terminal", () => {
  test("one line that replaces itself and is gone at the end", () => {
    const output = createOutput(true);
    const progress = createProgressLine(output);
    progress.report(0.5, "the model");
    progress.report(1, "the model");
    progress.end();
    progress.end();
    const half = `${"█".repeat(12)}${"░".repeat(12)}  50 %  the model`;
    const full = `${"█".repeat(24)} 100 %  the model`;
    expect(output.text()).toBe(CLEAR + half + CLEAR + full + CLEAR);
  });

  test("other text goes above it", () => {
    const output = createOutput(true);
    const progress = createProgressLine(output);
    progress.aside(() => output.write("before\n"));
    progress.report(0, "work");
    progress.aside(() => output.write("between\n"));
    const line = `${"░".repeat(24)}   0 %  work`;
    expect(output.text()).toBe(`before\n${CLEAR}${line}${CLEAR}between\n${CLEAR}${line}`);
  });

  test("what has no end in sight is said without a bar", () => {
    const output = createOutput(true);
    const progress = createProgressLine(output);
    progress.busy("loading");
    progress.end();
    expect(output.text()).toBe(`${CLEAR}loading …${CLEAR}`);
  });

  test("it never wraps", () => {
    const output = createOutput(true, 20);
    createProgressLine(output).report(0.5, "a long note");
    expect(output.text()).toBe(`${CLEAR}${"█".repeat(12)}${"░".repeat(7)}`);
  });
});

test("elsewhere: a line for every tenth, anew after the end", () => {
  const output = createOutput(false);
  const progress = createProgressLine(output);
  for (let step = 0; step <= 100; step++) progress.report(step / 100, "work");
  expect(output.text().match(/\d+ %/gu)).toEqual(
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => `${percent} %`),
  );
  progress.end();
  progress.report(0.35, "more work");
  progress.report(0.39, "more work");
  expect(output.text().split("\n").at(-2)).toBe(" 35 %  more work");
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { boundedOutput } from "./bounded-output.ts";

/** An output whose reader takes nothing until it is told to. */
const unreadOutput = () => {
  const written: string[] = [];
  let unreadBytes = 0;
  return {
    written,
    read: (bytes: number): void => {
      unreadBytes -= bytes;
    },
    output: {
      write: (text: string): void => {
        written.push(text);
        unreadBytes += text.length;
      },
      isTTY: false,
      columns: 80,
      fd: undefined,
      get unreadBytes() {
        return unreadBytes;
      },
    },
  };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const KIB = `${"x".repeat(1023)}\n`;

test("what a reader does not take is bounded, and one line says what is missing", () => {
  const { written, read, output } = unreadOutput();
  const bounded = boundedOutput(output);
  for (let count = 0; count < 3000; count++) bounded.write(KIB);
  expect(output.unreadBytes).toBe(1024 * 1024);
  expect(written).toHaveLength(1024);
  // Not before there is room again, lest every other line is such a notice.
  read(1024);
  bounded.write(`${KIB}${KIB}`);
  expect(written).toHaveLength(1024);
  read(600 * 1024);
  bounded.write("news\n");
  bounded.write("more\n");
  expect(written.slice(1024)).toEqual([
    "earshot: 1978 lines were lost here: the reader of this output did not keep up, or the output failed.\n",
    "news\n",
    "more\n",
  ]);
});

test("a reader that catches up is told, also when nothing more is to be said", () => {
  const { written, read, output } = unreadOutput();
  const bounded = boundedOutput(output);
  for (let count = 0; count < 1030; count++) bounded.write(KIB);
  vi.advanceTimersByTime(10_000);
  expect(written).toHaveLength(1024);
  read(1024 * 1024);
  vi.advanceTimersByTime(1000);
  expect(written.at(-1)).toContain("6 lines were lost here");
  expect(vi.getTimerCount()).toBe(0);
});

test("an output that cannot tell what was read gets everything", () => {
  const written: string[] = [];
  const output = {
    write: (text: string) => void written.push(text),
    isTTY: true,
    columns: 80,
    fd: 2,
  };
  const bounded = boundedOutput(output);
  for (let count = 0; count < 3000; count++) bounded.write(KIB);
  expect(written).toHaveLength(3000);
});

test.each(["ENOSPC", "EIO"])("what fails with %s is counted, and told once it is over", (code) => {
  const written: string[] = [];
  let isFailing = true;
  const bounded = boundedOutput({
    write: (text, onFailed) => {
      if (isFailing) onFailed?.(Object.assign(new Error(code), { code }));
      else written.push(text);
    },
    isTTY: false,
    columns: 80,
    fd: 2,
  });
  bounded.write("one\n");
  bounded.write("two\nthree\n");
  vi.advanceTimersByTime(5000);
  isFailing = false;
  vi.advanceTimersByTime(1000);
  bounded.write("four\n");
  expect(written).toEqual([
    "earshot: 3 lines were lost here: the reader of this output did not keep up, or the output failed.\n",
    "four\n",
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

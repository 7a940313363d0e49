import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { LineWriter } from "./line-writer.ts";
import type { WriteBytes } from "./line-writer.ts";

const MODULE = JSON.stringify(fileURLToPath(new URL("line-writer.ts", import.meta.url)));

/** Runs a program that writes to its stderr through a writer. */
const start = (program: string, stderr: "pipe" | number = "pipe") =>
  spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `const { LineWriter } = await import(${MODULE});
       const writer = new LineWriter(2, (lines) => writer.write("lost " + lines + "\\n"));
       ${program}
       await writer.end();
       process.exit(7);`,
    ],
    { stdio: ["pipe", "ignore", stderr] },
  ) as ChildProcessByStdio<Writable, null, Readable>;

test("brings out every line before it ends", async () => {
  const child = start(
    `for (let line = 0; line < 20000; line++) writer.write("line " + line + "\\n");`,
  );
  const written = text(child.stderr);
  expect(await once(child, "exit")).toEqual([7, null]);
  expect((await written).trimEnd().split("\n")).toHaveLength(20_000);
});

test("ends when its reader is gone", async () => {
  const child = start(`await new Promise((resolve) => process.stdin.once("data", resolve));
    writer.write("to nobody\\n");`);
  child.stderr.destroy();
  await once(child.stderr, "close");
  child.stdin.end("go\n");
  expect(await once(child, "exit")).toEqual([7, null]);
});

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/** An output that takes everything, or fails with a code, as a test says. */
const createOutput = () => {
  const output = { text: "", fails: undefined as string | undefined, tries: 0 };
  const writeBytes: WriteBytes = (_, bytes, written) => {
    output.tries += 1;
    if (output.fails === undefined) output.text += bytes.toString();
    const error = output.fails === undefined ? null : failure(output.fails);
    queueMicrotask(() => written(error, error === null ? bytes.length : 0));
  };
  return { output, writeBytes };
};

describe("an output that fails", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each(["ENOSPC", "EIO", "EDQUOT", "EAGAIN"])(
    "with %s for a while loses nothing that fits, and says how much did not",
    async (code) => {
      const { output, writeBytes } = createOutput();
      const lost: number[] = [];
      const writer = new LineWriter(2, (lines) => lost.push(lines), writeBytes);
      output.fails = code;
      writer.write("first\n");
      await vi.advanceTimersByTimeAsync(5000);
      for (let line = 0; line < 3; line++) writer.write(`${"x".repeat(500_000)}\n`);
      const { tries } = output;
      for (let line = 0; line < 100; line++) writer.write(`${"y".repeat(2000)}\n`);
      expect(output.tries).toBe(tries);
      output.fails = undefined;
      await vi.advanceTimersByTimeAsync(1000);
      writer.write("last\n");
      await vi.advanceTimersByTimeAsync(1000);
      expect(output.text).toMatch(/^first\nx{500000}\nx{500000}\n(?:y{2000}\n)+last\n$/u);
      const written = output.text.split("\n").length - 1;
      expect(lost).toEqual([105 - written]);
      await writer.end();
    },
  );

  test("because its reader has gone is left alone", async () => {
    const { output, writeBytes } = createOutput();
    const writer = new LineWriter(2, () => {}, writeBytes);
    output.fails = "EPIPE";
    writer.writeNow("to nobody\n");
    await vi.advanceTimersByTimeAsync(1000);
    writer.writeNow("again\n");
    await writer.end();
    expect(output.tries).toBe(1);
  });
});

test.skipIf(!existsSync("/dev/full"))(
  "ends on a full disk, in an orderly way or not (needs /dev/full)",
  async () => {
    const full = openSync("/dev/full", "w");
    onTestFinished(() => closeSync(full));
    const lines = `for (let line = 0; line < 2000; line++) writer.write("line " + line + "\\n");`;
    const wait = `await new Promise((resolve) => setTimeout(resolve, 300));`;
    for (const program of [
      lines,
      lines + wait,
      `${lines} process.exit(7);`,
      `${lines}${wait} process.exit(7);`,
    ]) {
      const child = start(program, full);
      onTestFinished(() => void child.kill("SIGKILL"));
      expect(await once(child, "exit")).toEqual([7, null]);
    }
  },
);

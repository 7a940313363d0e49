import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MODULE = JSON.stringify(fileURLToPath(new URL("line-writer.ts", import.meta.url)));

/** Runs a program that writes to its stderr through a writer. */
const start = (program: string) =>
  spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `const { createLineWriter } = await import(${MODULE});
       const writer = createLineWriter(2, (lines) => writer.write("lost " + lines + "\\n"));
       ${program}
       await writer.end();
       process.exit(7);`,
    ],
    { stdio: ["pipe", "ignore", "pipe"] },
  );

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

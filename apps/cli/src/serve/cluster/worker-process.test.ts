import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, test } from "vitest";
import { relayLines } from "./worker-process.ts";

test("cuts a line that does not end", async () => {
  const source = new PassThrough();
  const lengths: number[] = [];
  relayLines(source, (lines) => lengths.push(lines.length));
  const written = 3 * 1024 * 1024;
  for (let sent = 0; sent < written; sent += 65_536) source.write("x".repeat(65_536));
  source.end();
  await finished(source);
  expect(Math.max(...lengths)).toBeLessThan(1.1 * 1024 * 1024);
  expect(lengths.reduce((sum, length) => sum + length - 1, 0)).toBe(written);
});

test("passes on whole lines, however they are cut", async () => {
  const source = new PassThrough();
  const written: string[] = [];
  relayLines(source, (lines) => written.push(lines));
  const bytes = Buffer.from("one\ntwö\nthree");
  for (const byte of bytes) source.write(Buffer.of(byte));
  source.end();
  await finished(source);
  expect(written).toEqual(["one\n", "twö\n", "three\n"]);
});

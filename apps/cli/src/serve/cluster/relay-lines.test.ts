import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, test } from "vitest";
import { relayLines } from "./relay-lines.ts";

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

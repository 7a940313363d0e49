import { expect, test } from "vitest";
import { Reader } from "./reader.ts";

const KIB = 1024;

test("pieces that wait for a reader that is done with each at once come together", () => {
  const reader = new Reader(true);
  for (let count = 0; count < 5; count++)
    reader.offer(Buffer.alloc(64 * KIB, count), count * 64 * KIB);
  expect(reader.waitingBytes).toBe(320 * KIB);
  const together = reader.take();
  expect(together).toEqual(Buffer.concat([0, 1, 2, 3].map((byte) => Buffer.alloc(64 * KIB, byte))));
  expect(reader.take()).toEqual(Buffer.alloc(64 * KIB, 4));
  expect(reader.take()).toBeUndefined();
  expect(reader.position).toBe(320 * KIB);
});

test("what a socket may still hold is not written over by what comes next", () => {
  const reader = new Reader(true);
  reader.offer(Buffer.alloc(20 * KIB, 1), 0);
  reader.offer(Buffer.alloc(250 * KIB, 2), 20 * KIB);
  reader.offer(Buffer.alloc(100 * KIB, 3), 270 * KIB);
  const first = reader.take();
  const read = reader.bufferFor(200 * KIB).fill(9);
  expect(first).toEqual(Buffer.alloc(20 * KIB, 1));
  const short = reader.toSafe(read.subarray(0, 10 * KIB));
  reader.bufferFor(200 * KIB).fill(8);
  expect(short).toEqual(Buffer.alloc(10 * KIB, 9));
});

test("a reader that keeps its pieces gets them as they came", () => {
  const reader = new Reader(false);
  const pieces = [Buffer.alloc(100 * KIB, 1), Buffer.alloc(100 * KIB, 2)];
  let start = 0;
  for (const piece of pieces) {
    reader.offer(piece, start);
    start += piece.length;
  }
  // It has not taken what came before, so this is not for it.
  reader.offer(Buffer.alloc(KIB), start + 5);
  expect(reader.take()).toBe(pieces[0]);
  expect(reader.take()).toBe(pieces[1]);
  expect(reader.take()).toBeUndefined();
});

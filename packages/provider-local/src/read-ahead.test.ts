import { expect, test } from "vitest";
import { readAhead } from "./read-ahead.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("reads to the end for a consumer that has taken one item, and keeps the others in order", async () => {
  const read: number[] = [];
  async function* items(): AsyncGenerator<number> {
    for (let item = 0; item < 3; item++) {
      await turn();
      read.push(item);
      yield item;
    }
  }
  const ahead = readAhead(items(), () => {});
  expect(await ahead.next()).toEqual({ done: false, value: 0 });
  for (let turns = 0; turns < 5; turns++) await turn();
  expect(read).toEqual([0, 1, 2]);
  expect(await Array.fromAsync(ahead)).toEqual([1, 2]);
});

test("hands out what came before a failure, and then the failure", async () => {
  async function* items(): AsyncGenerator<number> {
    yield 1;
    throw new Error("broken");
  }
  const seen: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const item of readAhead(items(), () => {})) seen.push(item);
  };
  await expect(reading()).rejects.toThrow("broken");
  expect(seen).toEqual([1]);
});

test("stops the items when the consumer stops, without waiting for them", async () => {
  let stopped = 0;
  async function* items(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => {});
  }
  for await (const item of readAhead(items(), () => stopped++)) if (item === 1) break;
  expect(stopped).toBe(1);
});

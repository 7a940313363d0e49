import { describe, expect, it } from "vitest";
import { mapInOrder, readAhead } from "./work-ahead.ts";

async function* counting(
  count: number,
  onRead: (item: number) => void = () => {},
): AsyncGenerator<number> {
  for (let item = 0; item < count; item++) {
    onRead(item);
    yield item;
  }
}

const whenever = <T>(): PromiseWithResolvers<T> => Promise.withResolvers<T>();

describe("mapInOrder", () => {
  it("keeps the order when a later item is done first", async () => {
    const first = whenever<string>();
    const results = mapInOrder(counting(2), {
      work: (item) => {
        if (item === 0) return first.promise;
        first.resolve("slow");
        return Promise.resolve("fast");
      },
      hasSpare: () => true,
    });
    expect(await Array.fromAsync(results)).toEqual(["slow", "fast"]);
  });

  it("works on one item at a time without a spare", async () => {
    let atOnce = 0;
    let most = 0;
    const results = mapInOrder(counting(5), {
      work: async (item) => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce--;
        return item;
      },
      hasSpare: () => false,
    });
    expect(await Array.fromAsync(results)).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(1);
  });

  it("does not hold a result back while the next item is still to come", async () => {
    async function* stalling(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    }
    const results = mapInOrder(stalling(), { work: async (item) => item, hasSpare: () => true });
    expect(await results.next()).toEqual({ done: false, value: 1 });
  });

  it("reads the next item only when the last one no longer waits for others", async () => {
    const read: number[] = [];
    const turns = [whenever<void>(), whenever<void>()];
    let begun = 0;
    const results = mapInOrder(
      counting(2, (item) => read.push(item)),
      {
        work: async (item) => {
          await turns[begun++]?.promise;
          return item;
        },
        hasSpare: () => true,
        untilStarted: async () => turns[begun - 1]?.promise,
      },
    );
    const all = Array.fromAsync(results);
    await new Promise((resolve) => setImmediate(resolve));
    expect(read).toEqual([0]);
    turns[0]?.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(read).toEqual([0, 1]);
    turns[1]?.resolve();
    expect(await all).toEqual([0, 1]);
  });

  it("stops reading when the consumer stops", async () => {
    const read: number[] = [];
    const results = mapInOrder(
      counting(100, (item) => read.push(item)),
      { work: async (item) => item, hasSpare: () => false },
    );
    for await (const result of results) if (result === 1) break;
    expect(read.length).toBeLessThan(5);
  });

  it("passes failures of the work and of the source on", async () => {
    const failing = mapInOrder(counting(3), {
      work: async (item) => {
        if (item === 1) throw new Error("work failed");
        return item;
      },
      hasSpare: () => true,
    });
    await expect(Array.fromAsync(failing)).rejects.toThrow("work failed");
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error("source failed");
    }
    const reading = mapInOrder(broken(), { work: async (item) => item, hasSpare: () => false });
    await expect(Array.fromAsync(reading)).rejects.toThrow("source failed");
  });
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("readAhead", () => {
  it("reads to the end for a consumer that has taken one item, and keeps the others in order", async () => {
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

  it("hands out what came before a failure, and then the failure", async () => {
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

  it("stops the items when the consumer stops, without waiting for them", async () => {
    let stopped = 0;
    async function* items(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    }
    for await (const item of readAhead(items(), () => stopped++)) if (item === 1) break;
    expect(stopped).toBe(1);
  });
});

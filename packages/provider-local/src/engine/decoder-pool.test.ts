import { TranscriptionError } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { DecoderPool } from "./decoder-pool.ts";
import type { ChunkJob } from "./decoder-pool.ts";
import type { Decoder } from "./worker-decoder.ts";

const never = new AbortController().signal;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface FakeDecoder extends Decoder {
  die(): void;
  readonly finish: () => void;
}

const fakeDecoder = (): FakeDecoder => {
  let alive = true;
  const work = Promise.withResolvers<never[]>();
  work.promise.catch(() => {});
  return {
    kind: "native",
    alive: () => alive,
    die: () => {
      alive = false;
    },
    finish: () => work.resolve([]),
    transcribe: () => work.promise,
    stop: async () => {
      alive = false;
      work.reject(new TranscriptionError("aborted", "closed"));
    },
  };
};

const poolOf = (most: number): { pool: DecoderPool; started: FakeDecoder[] } => {
  const started: FakeDecoder[] = [];
  const pool = new DecoderPool({
    start: async () => {
      const decoder = fakeDecoder();
      started.push(decoder);
      return decoder;
    },
    limit: () => most,
  });
  return { pool, started };
};

describe("the decoders of a pool", () => {
  it("starts one decoder for any number of takers, one after another", async () => {
    const { pool, started } = poolOf(4);
    for (let turn = 0; turn < 3; turn++) pool.release(await pool.acquire(never));
    expect(started).toHaveLength(1);
  });

  it("starts more while all are busy, up to the limit, and serves in order", async () => {
    const { pool, started } = poolOf(2);
    const served: number[] = [];
    const takers = [0, 1, 2, 3].map(async (number) => {
      const decoder = await pool.acquire(never);
      served.push(number);
      return decoder;
    });
    await tick();
    await tick();
    expect(started).toHaveLength(2);
    expect(served).toEqual([0, 1]);
    expect(pool.hasSpare()).toBe(false);
    for (const taker of takers) pool.release(await taker);
    expect(served).toEqual([0, 1, 2, 3]);
    expect(started).toHaveLength(2);
    expect(pool.hasSpare()).toBe(true);
  });

  it("replaces a decoder that died", async () => {
    const { pool, started } = poolOf(1);
    const first = await pool.acquire(never);
    started[0]?.die();
    pool.release(first);
    expect(await pool.acquire(never)).toBe(started[1]);
  });

  it("replaces one that died while it was idle", async () => {
    const { pool, started } = poolOf(1);
    pool.release(await pool.acquire(never));
    started[0]?.die();
    expect(await pool.acquire(never)).toBe(started[1]);
  });

  it("lets one leave the line by its signal and serves the next", async () => {
    const { pool } = poolOf(1);
    const busy = await pool.acquire(never);
    const leaving = new AbortController();
    const gone = pool.acquire(leaving.signal);
    const next = pool.acquire(never);
    leaving.abort();
    await expect(gone).rejects.toMatchObject({ code: "aborted" });
    pool.release(busy);
    expect(await next).toBe(busy);
  });

  it("tells everybody in line when no decoder starts, and tries again later", async () => {
    let fail = true;
    const pool = new DecoderPool({
      start: async () => {
        if (fail) throw new TranscriptionError("provider_error", "no model");
        return fakeDecoder();
      },
      limit: () => 1,
    });
    const [one, two] = [pool.acquire(never), pool.acquire(never)];
    await expect(one).rejects.toThrow("no model");
    await expect(two).rejects.toThrow("no model");
    fail = false;
    expect(await pool.acquire(never)).toMatchObject({ kind: "native" });
  });

  it("goes on with those it has when another one does not start", async () => {
    let count = 0;
    const pool = new DecoderPool({
      start: async () => {
        if (count++ > 0) throw new Error("out of memory");
        return fakeDecoder();
      },
      limit: () => 3,
    });
    const first = await pool.acquire(never);
    const second = pool.acquire(never);
    await tick();
    pool.release(first);
    expect(await second).toBe(first);
    expect(count).toBe(2);
  });

  it("closes while one is starting", async () => {
    const pool = new DecoderPool({
      start: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped")));
        }),
      limit: () => 1,
    });
    const waiting = pool.acquire(never);
    const closed = pool.close();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    await closed;
    await expect(pool.acquire(never)).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("DecoderPool.transcribe", () => {
  const job = (signal: AbortSignal): ChunkJob => ({
    samples: new Float32Array(1),
    options: { language: undefined, task: "transcribe", needsSpeech: false },
    signal,
  });

  it("lets go of a chunk under way when its signal fires, and keeps the decoder busy with it", async () => {
    const decoder = fakeDecoder();
    const pool = new DecoderPool({ start: async () => decoder, limit: () => 1 });
    await pool.warmUp();
    const leaving = new AbortController();
    const gone = pool.transcribe(job(leaving.signal));
    await tick();
    leaving.abort();
    await expect(gone).rejects.toMatchObject({ code: "aborted" });
    expect(pool.hasSpare()).toBe(false);
    decoder.finish();
    await tick();
    expect(pool.hasSpare()).toBe(true);
  });

  it("rejects what is under way when it is closed", async () => {
    const pool = new DecoderPool({ start: async () => fakeDecoder(), limit: () => 1 });
    const [one, two] = [pool.transcribe(job(never)), pool.transcribe(job(never))];
    const outcomes = Promise.allSettled([one, two]);
    await tick();
    await pool.close();
    expect(await outcomes).toMatchObject([
      { status: "rejected", reason: { code: "aborted" } },
      { status: "rejected", reason: { code: "aborted" } },
    ]);
  });
});

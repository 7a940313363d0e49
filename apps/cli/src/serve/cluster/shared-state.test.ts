import { setImmediate as nextTurn } from "node:timers/promises";
import { systemClock } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { RouterState } from "@earshot/router";
import { describeState } from "@earshot/router/testing";
import { describe, expect, test } from "vitest";
import { clockInStep, createSharedState, createStateReplica } from "./shared-state.ts";
import type { StateReplica } from "./shared-state.ts";

/** Messages that arrive when they are delivered, in the order in which they were sent. */
const createChannel = <T>(receive: (message: T) => void) => {
  const sent: T[] = [];
  return {
    send: (message: T): void => {
      sent.push(JSON.parse(JSON.stringify(message)) as T);
    },
    deliver: (): number => {
      const messages = sent.splice(0);
      for (const message of messages) receive(message);
      return messages.length;
    },
  };
};

/** Processes that only hear of each other when the test wants it. */
const createCluster = () => {
  let nowMs = 1_000_000;
  const clock: Clock = { ...systemClock, now: () => nowMs };
  const shared = createSharedState(clock);
  const channels: { readonly deliver: () => number }[] = [];

  const join = (): StateReplica => {
    const down = createChannel<Parameters<StateReplica["receive"]>[0]>((update) =>
      replica.receive(update),
    );
    const { known, write } = shared.join(down.send);
    const up = createChannel(write);
    const replica = createStateReplica(clock, known, up.send);
    channels.push(up, down);
    return replica;
  };
  /** Until nothing is on its way any more. */
  const settle = async (): Promise<void> => {
    for (;;) {
      await nextTurn();
      await nextTurn();
      if (channels.reduce((sum, { deliver }) => sum + deliver(), 0) === 0) return;
    }
  };
  const advance = async (milliseconds: number): Promise<void> => {
    await settle();
    nowMs += milliseconds;
  };
  return { join, settle, advance, channels };
};

describeState("as one of several copies", async () => {
  const { join, advance } = createCluster();
  join();
  return { state: join().state, advance };
});

describe("copies of a state", () => {
  test("see what the others wrote", async () => {
    const { join, settle } = createCluster();
    const [a, b] = [join().state, join().state];
    await a.raise("cooldown:x", 5, 1000);
    await a.add("count", 2, 1000);
    await b.add("count", 3, 1000);
    expect(await a.read(["count"])).toEqual([2]);
    await settle();
    expect(await a.read(["cooldown:x", "count"])).toEqual([5, 5]);
    expect(await b.read(["cooldown:x", "count"])).toEqual([5, 5]);
    await b.remove(["cooldown:x"]);
    await settle();
    expect(await a.read(["cooldown:x"])).toEqual([undefined]);
  });

  test("are handed what was known before they joined, with the life that is left", async () => {
    const { join, settle, advance } = createCluster();
    const first = join().state;
    await first.add("count", 2, 1000);
    await settle();
    await first.add("count", 1, 1000);
    await advance(600);
    const late = join().state;
    expect(await late.read(["count"])).toEqual([3]);
    await late.add("count", 1, 1000);
    await advance(401);
    expect(await late.read(["count"])).toEqual([undefined]);
    expect(await first.read(["count"])).toEqual([undefined]);
  });

  test("agree in the end, whatever was written and however late it arrives", async () => {
    const { join, settle, advance, channels } = createCluster();
    const states = [join().state, join().state, join().state];
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const keys = ["a", "b", "c"];
    const write = async (state: RouterState, key: string): Promise<void> => {
      if (random(10) === 0) await state.remove([key]);
      else if (random(3) === 0) await state.raise(key, random(50), 300);
      else await state.add(key, random(5), 300);
    };
    for (let step = 0; step < 2000; step++) {
      for (const state of states.slice(random(3), 3)) await write(state, keys[random(3)] ?? "a");
      if (random(4) === 0) channels[random(channels.length)]?.deliver();
      if (random(8) === 0) await nextTurn();
      if (random(50) === 0) await advance(random(200));
    }
    await settle();
    const [first, ...others] = await Promise.all(states.map(async (state) => state.read(keys)));
    expect(first).not.toEqual([undefined, undefined, undefined]);
    for (const other of others) expect(other).toEqual(first);
  });

  test("take no more writes when nobody has answered for long", async () => {
    const { join } = createCluster();
    const { state } = join();
    for (let count = 0; count < 10_000; count++) await state.add("a", 1, 1000);
    await expect(state.add("a", 1, 1000)).rejects.toThrow("does not answer");
    expect(await state.read(["a"])).toEqual([10_000]);
  });
});

/** A machine whose wall clock can be set; each process counts from the date at which it began. */
const createMachine = () => {
  let upMs = 0;
  let dateMs = 1_000_000_000;
  return {
    advance: (milliseconds: number): void => {
      upMs += milliseconds;
      dateMs += milliseconds;
    },
    setDate: (byMs: number): void => {
      dateMs += byMs;
    },
    startProcess: (): Clock => {
      const startDateMs = dateMs - upMs;
      return { ...systemClock, now: () => startDateMs + upMs, date: () => dateMs };
    },
  };
};

describe("processes that began before and after the wall clock was set", () => {
  test.each([86_400_000, -86_400_000])("by %s ms show the same time", (jumpMs) => {
    const machine = createMachine();
    const primary = machine.startProcess();
    const early = clockInStep(primary.now(), machine.startProcess());
    machine.advance(5000);
    machine.setDate(jumpMs);
    const late = clockInStep(primary.now(), machine.startProcess());
    machine.advance(60_000);
    expect([early.now(), late.now()]).toEqual([primary.now(), primary.now()]);
    expect(late.date?.()).toBe(primary.date?.());
  });

  test("are as late as the message that told the time", () => {
    const machine = createMachine();
    const primary = machine.startProcess();
    const sentMs = primary.now();
    machine.advance(3);
    const worker = clockInStep(sentMs, machine.startProcess());
    expect(primary.now() - worker.now()).toBe(3);
  });
});

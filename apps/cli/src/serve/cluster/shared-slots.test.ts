import { expect, test } from "vitest";
import { createSharedSlots, createWorkerSlots } from "./shared-slots.ts";

const LOCAL = "whisper-here";

/** Workers that share slots, whose messages arrive at once. */
const createWorkers = (workers: number, limit: number) => {
  const shared = createSharedSlots(workers);
  const hire = (worker: number) => {
    let inUse = 0;
    let waiting = 0;
    const member = shared.join(worker, (news) => local.receive(news));
    const start = { worker, workers, slotsTaken: member.taken };
    const local = createWorkerSlots(start, member.receive);
    const { shares } = local;
    const take = (): boolean => {
      if (inUse >= shares.of(LOCAL, limit)) return false;
      inUse += 1;
      shares.holding(LOCAL, inUse);
      return true;
    };
    shares.onGrowth(() => {
      if (waiting > 0 && take()) waiting -= 1;
    });
    return {
      inUse: () => inUse,
      share: () => shares.of(LOCAL, limit),
      request: () => {
        if (take()) return;
        waiting += 1;
        shares.want({ deploymentId: LOCAL, limit, waiting });
      },
      end: () => {
        inUse -= 1;
        shares.holding(LOCAL, inUse);
        if (waiting > 0 && take()) waiting -= 1;
      },
      crash: member.leave,
    };
  };
  return { hire };
};

const hireAll = (workers: number, limit: number) => {
  const { hire } = createWorkers(workers, limit);
  return { hire, staff: Array.from({ length: workers }, (_, index) => hire(index + 1)) };
};

test("a limit is split, and the rest goes to the first workers", () => {
  expect(hireAll(4, 10).staff.map(({ share }) => share())).toEqual([3, 3, 2, 2]);
  expect(hireAll(4, 2).staff.map(({ share }) => share())).toEqual([1, 1, 0, 0]);
});

test("what one does not use goes to one whose requests wait", () => {
  const { staff } = hireAll(2, 4);
  const [busy, idle] = staff;
  for (let count = 0; count < 6; count++) busy?.request();
  expect(busy?.inUse()).toBe(4);
  idle?.request();
  expect(idle?.inUse()).toBe(0);
  busy?.end();
  busy?.end();
  busy?.end();
  expect([busy?.inUse(), idle?.inUse()]).toEqual([3, 1]);
});

test("a limit below the number of workers reaches all of them in turn", () => {
  const { staff } = hireAll(3, 1);
  for (const { request } of staff) request();
  const served: number[] = [];
  for (let count = 0; count < 3; count++) {
    expect(staff.reduce((sum, { inUse }) => sum + inUse(), 0)).toBe(1);
    const holder = staff.findIndex(({ inUse }) => inUse() === 1);
    served.push(holder + 1);
    staff[holder]?.end();
  }
  expect(served).toEqual([1, 2, 3]);
});

test("the slots of a worker that crashed are not lost, nor are they doubled by its successor", () => {
  const { hire, staff } = hireAll(2, 2);
  const [first, second] = staff;
  second?.request();
  second?.request();
  expect(second?.inUse()).toBe(2);
  second?.crash();
  first?.request();
  first?.request();
  expect(first?.inUse()).toBe(2);
  const successor = hire(2);
  successor.request();
  expect(successor.inUse()).toBe(0);
  first?.end();
  expect(successor.inUse()).toBe(1);
});

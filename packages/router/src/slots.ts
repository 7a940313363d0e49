import type { Clock } from "@earshot/core";
import { abortedError } from "./errors.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { SlotShares } from "./router-state.ts";
import type { Deployment } from "./router.ts";

/** One of a deployment's `maxParallelRequests`, from its taking to its release. */
export interface Slot {
  readonly deploymentId: string;
  /** May be called more than once. */
  release(): void;
}

export interface SlotWait {
  /** Any of these will do. */
  readonly deployments: readonly Deployment[];
  /** When the wait is over; may move on meanwhile. */
  readonly untilMs: () => number;
  readonly signal: AbortSignal;
}

export interface Slots {
  inFlight(deploymentId: string): number;
  hasRoom(deployment: Deployment): boolean;
  take(deployment: Deployment): Slot;
  /**
   * Waits in line for the first slot that comes free. Undefined when the time is over, or at once
   * when too many wait already; rejects with `aborted` as soon as the signal fires.
   */
  wait(wait: SlotWait): Promise<Slot | undefined>;
}

interface Waiter {
  readonly deployments: readonly Deployment[];
  readonly give: (slot: Slot) => void;
}

/** How many requests may wait where the settings do not say. */
const MOST_WAITING = 1000;

type SlotSettings = Pick<RouterSettings, "defaultMaxParallelRequests" | "maxWaitingRequests">;

/** How many requests each deployment has from this process, and how many it may have. */
const createCounts = (settings: SlotSettings, shares: SlotShares | undefined) => {
  const counts = new Map<string, number>();
  const inFlight = (id: string): number => counts.get(id) ?? 0;
  const limitOf = ({ maxParallelRequests }: Deployment): number =>
    maxParallelRequests ?? settings.defaultMaxParallelRequests ?? Infinity;
  const hasRoom = (deployment: Deployment): boolean => {
    const limit = limitOf(deployment);
    if (limit === Infinity) return true;
    return inFlight(deployment.id) < (shares?.of(deployment.id, limit) ?? limit);
  };
  const change = (id: string, by: number): void => {
    const count = inFlight(id) + by;
    counts.set(id, count);
    shares?.holding(id, count);
  };
  /** Asks the other processes for a slot; `waiting` requests of this one have none. */
  const ask = (deployment: Deployment, waiting: number): void => {
    const limit = limitOf(deployment);
    if (limit !== Infinity) shares?.want({ deploymentId: deployment.id, limit, waiting });
  };
  return { inFlight, hasRoom, change, ask };
};

/**
 * Counts what is in flight in this process and hands out slots, first come, first served. A slot
 * that comes free goes straight to the longest waiting request that can use it. Without `shares` no
 * other process uses the deployments.
 */
export function createSlots(settings: SlotSettings, clock: Clock, shares?: SlotShares): Slots {
  const { inFlight, hasRoom, change, ask } = createCounts(settings, shares);
  const waiters = new Set<Waiter>();
  const serveNext = (deploymentId: string): void => {
    for (const waiter of waiters) {
      const deployment = waiter.deployments.find(({ id }) => id === deploymentId);
      if (deployment === undefined || !hasRoom(deployment)) continue;
      waiters.delete(waiter);
      waiter.give(take(deployment));
      return;
    }
  };
  const waitingFor = ({ id }: Deployment): number =>
    [...waiters].filter(({ deployments }) => deployments.some((each) => each.id === id)).length;
  const take = ({ id }: Deployment): Slot => {
    let held = true;
    change(id, 1);
    return {
      deploymentId: id,
      release() {
        if (!held) return;
        held = false;
        change(id, -1);
        serveNext(id);
      },
    };
  };

  const sleepUntil = async (untilMs: () => number, signal: AbortSignal): Promise<undefined> => {
    do await clock.sleep(untilMs() - clock.now(), signal);
    while (clock.now() < untilMs());
  };

  const wait = async ({ deployments, untilMs, signal }: SlotWait): Promise<Slot | undefined> => {
    if (waiters.size >= (settings.maxWaitingRequests ?? MOST_WAITING)) return undefined;
    const timer = new AbortController();
    let waiter: Waiter = { deployments, give: (slot) => slot.release() };
    const served = new Promise<Slot>((give) => {
      waiter = { deployments, give };
    });
    waiters.add(waiter);
    for (const deployment of deployments) ask(deployment, waitingFor(deployment));
    const stop = (): void => timer.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const over = sleepUntil(untilMs, timer.signal).catch(() => undefined);
    try {
      const slot = await Promise.race([served, over]);
      // Served in the same moment in which the client went away: the slot must not get lost.
      if (!signal.aborted) return slot ?? (waiters.has(waiter) ? undefined : await served);
      if (!waiters.has(waiter)) (await served).release();
      throw abortedError(signal);
    } finally {
      waiters.delete(waiter);
      signal.removeEventListener("abort", stop);
      timer.abort();
    }
  };

  shares?.onGrowth(serveNext);
  return { inFlight, hasRoom, take, wait };
}

import type { SlotShares } from "./slot-shares.ts";
import type { Deployment, RouterSettings } from "./types.ts";

export interface SlotCountParts {
  readonly settings: Pick<RouterSettings, "defaultMaxParallelRequests">;
  /** Undefined: no other process uses the deployments. */
  readonly shares?: SlotShares | undefined;
}

/** How many requests each deployment has from this process, and how many it may have. */
export interface SlotCounts {
  readonly inFlight: (deploymentId: string) => number;
  readonly hasRoom: (deployment: Deployment<unknown>) => boolean;
  readonly change: (deploymentId: string, by: number) => void;
  /** Asks the other processes for a slot; `waiting` requests of this one have none. */
  readonly ask: (deployment: Deployment<unknown>, waiting: number) => void;
}

/** Starts with nothing in flight. */
export function createSlotCounts({ settings, shares }: SlotCountParts): SlotCounts {
  const counts = new Map<string, number>();
  const inFlight = (id: string): number => counts.get(id) ?? 0;
  const limitOf = ({ maxParallelRequests }: Deployment<unknown>): number =>
    maxParallelRequests ?? settings.defaultMaxParallelRequests ?? Infinity;

  return {
    inFlight,
    hasRoom: (deployment) => {
      const limit = limitOf(deployment);
      if (limit === Infinity) return true;
      return inFlight(deployment.id) < (shares?.of(deployment.id, limit) ?? limit);
    },
    change: (id, by) => {
      const count = inFlight(id) + by;
      counts.set(id, count);
      shares?.holding(id, count);
    },
    ask: (deployment, waiting) => {
      const limit = limitOf(deployment);
      if (limit !== Infinity) shares?.want({ deploymentId: deployment.id, limit, waiting });
    },
  };
}

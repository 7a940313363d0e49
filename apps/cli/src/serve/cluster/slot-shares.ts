import type { SlotShares, SlotWish } from "@earshot/router";
import { firstShare } from "./first-share.ts";
import type { Sharing } from "./first-share.ts";
import type { MovedShares, SlotMessage, SlotNews } from "./slot-messages.ts";

export interface SlotSharesParts extends Sharing {
  readonly moved: MovedShares;
  readonly send: (message: SlotMessage) => void;
}

/** This process's shares, and what is to be told to it of the others. */
export interface LocalSlotShares {
  readonly shares: SlotShares;
  readonly receive: (news: SlotNews) => void;
}

const count = (counts: ReadonlyMap<string, number>, id: string): number => counts.get(id) ?? 0;

/**
 * The shares of one process. Each process has its part of a limit; one whose requests wait asks for
 * more, and the others give what they do not use, at once or as soon as a request of theirs ends.
 */
export function createSlotShares(parts: SlotSharesParts): LocalSlotShares {
  const { moved, send } = parts;
  const shares = new Map(Object.entries(moved));
  const held = new Map<string, number>();
  /** What was asked for and has not come yet. */
  const asked = new Map<string, number>();
  const wantedElsewhere = new Map<string, number>();
  let onGrowth: ((deploymentId: string) => void) | undefined;

  const shareOf = (id: string, limit: number): number => {
    const share = shares.get(id) ?? firstShare(limit, parts);
    shares.set(id, share);
    return share;
  };
  const giveUnused = (deploymentId: string): void => {
    while (
      count(wantedElsewhere, deploymentId) > 0 &&
      count(held, deploymentId) < count(shares, deploymentId)
    ) {
      shares.set(deploymentId, count(shares, deploymentId) - 1);
      wantedElsewhere.set(deploymentId, count(wantedElsewhere, deploymentId) - 1);
      send({ kind: "give", deploymentId });
    }
  };

  return {
    shares: {
      of: shareOf,
      holding: (deploymentId, inFlight) => {
        held.set(deploymentId, inFlight);
        giveUnused(deploymentId);
      },
      want: ({ deploymentId, limit, waiting }: SlotWish) => {
        if (count(asked, deploymentId) >= waiting) return;
        asked.set(deploymentId, count(asked, deploymentId) + 1);
        send({ kind: "want", deploymentId, limit });
      },
      onGrowth: (listener) => {
        onGrowth = listener;
      },
    },
    receive: (news) => {
      const { deploymentId } = news;
      if (news.kind === "wanted") {
        shareOf(deploymentId, news.limit);
        wantedElsewhere.set(deploymentId, news.count);
      } else {
        asked.set(deploymentId, count(asked, deploymentId) - 1);
        shares.set(deploymentId, count(shares, deploymentId) + 1);
        onGrowth?.(deploymentId);
      }
      giveUnused(deploymentId);
    },
  };
}

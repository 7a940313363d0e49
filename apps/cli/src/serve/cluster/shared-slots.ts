import type { SlotShares, SlotWish } from "@earshot/router";
import type { SlotNews, SlotRequest, StartMessage } from "./messages.ts";

// The slots of a deployment are its `max_parallel_requests`. Each worker has its part of them; one
// whose requests wait asks the primary for more, and the others give what they do not use.

/** What each worker has at first: the limit split evenly, the rest to the first of them. */
const firstShare = (limit: number, workers: number, worker: number): number =>
  Math.floor(limit / workers) + (worker <= limit % workers ? 1 : 0);

interface Member {
  /** 1 for the first worker. */
  readonly worker: number;
  readonly send: (news: SlotNews) => void;
}

/** The slots of one deployment. The shares of all and what is free always add up to the limit. */
const createAccount = (
  { deploymentId, limit }: Pick<SlotWish, "deploymentId" | "limit">,
  workers: number,
  members: ReadonlySet<Member>,
) => {
  const shares = new Map(
    [...members].map((member) => [member, firstShare(limit, workers, member.worker)]),
  );
  let free = [...shares.values()].reduce((rest, share) => rest - share, limit);
  /** Who waits for a slot, the longest first; several times who waits for several. */
  let wishes: Member[] = [];

  const change = (member: Member, by: number): void => {
    shares.set(member, (shares.get(member) ?? 0) + by);
    free -= by;
  };
  /** Hands out what is free, and tells everybody what is still wanted. */
  const settle = (): void => {
    for (const member of wishes.splice(0, free)) {
      change(member, 1);
      member.send({ kind: "grant", deploymentId });
    }
    for (const member of members) {
      const count = wishes.filter((other) => other !== member).length;
      member.send({ kind: "wanted", deploymentId, limit, count });
    }
  };
  return {
    want: (member: Member): void => {
      wishes.push(member);
      settle();
    },
    give: (member: Member): void => {
      change(member, -1);
      settle();
    },
    /** What the member had and wanted is for the others. */
    drop: (member: Member): void => {
      change(member, -(shares.get(member) ?? 0));
      wishes = wishes.filter((other) => other !== member);
      settle();
    },
  };
};

/** The slots in the primary: moves them between the workers that serve by one config. */
export interface SharedSlots {
  readonly join: (
    worker: number,
    send: (news: SlotNews) => void,
  ) => {
    /** Deployments whose slots others have: it has none of them before it asks. */
    readonly taken: readonly string[];
    readonly receive: (request: SlotRequest) => void;
    readonly leave: () => void;
  };
}

/** Creates the slots of some workers, numbered from 1; a deployment's are split at the first wish for one. */
export function createSharedSlots(workers: number): SharedSlots {
  const members = new Set<Member>();
  const accounts = new Map<string, ReturnType<typeof createAccount>>();

  const receive = (member: Member, request: SlotRequest): void => {
    const { deploymentId } = request;
    let account = accounts.get(deploymentId);
    if (request.kind === "give") {
      account?.give(member);
      return;
    }
    account ??= createAccount(request, workers, members);
    accounts.set(deploymentId, account);
    account.want(member);
  };
  return {
    join: (worker, send) => {
      const member: Member = { worker, send };
      members.add(member);
      return {
        // Its part of them became free when the one before it left, or when they were split.
        taken: [...accounts.keys()],
        receive: (request) => receive(member, request),
        leave: () => {
          members.delete(member);
          for (const account of accounts.values()) account.drop(member);
        },
      };
    },
  };
}

interface OwnSlots {
  /** How many it may hold; undefined until its limit is known. */
  share: number | undefined;
  held: number;
  /** How many were asked for and have not come yet. */
  asked: number;
  wantedElsewhere: number;
}

/** The slots in a worker: its shares, and what is to be told to it of the others. */
export interface WorkerSlots {
  readonly shares: SlotShares;
  readonly receive: (news: SlotNews) => void;
}

/** Creates a worker's own slots. It gives what others want at once or as soon as a request of its own ends. */
export function createWorkerSlots(
  { worker, workers, slotsTaken }: Pick<StartMessage, "worker" | "workers" | "slotsTaken">,
  send: (request: SlotRequest) => void,
): WorkerSlots {
  const none = { held: 0, asked: 0, wantedElsewhere: 0 };
  const deployments = new Map<string, OwnSlots>(
    slotsTaken.map((id) => [id, { ...none, share: 0 }]),
  );
  let onGrowth: ((deploymentId: string) => void) | undefined;

  const slotsOf = (id: string): OwnSlots => {
    const slots = deployments.get(id) ?? { ...none, share: undefined };
    deployments.set(id, slots);
    return slots;
  };
  const shareOf = (id: string, limit: number): number =>
    (slotsOf(id).share ??= firstShare(limit, workers, worker));
  const giveUnused = (deploymentId: string): void => {
    const slots = slotsOf(deploymentId);
    while (slots.wantedElsewhere > 0 && slots.share !== undefined && slots.held < slots.share) {
      slots.share -= 1;
      slots.wantedElsewhere -= 1;
      send({ kind: "give", deploymentId });
    }
  };

  return {
    shares: {
      of: shareOf,
      holding: (deploymentId, inFlight) => {
        slotsOf(deploymentId).held = inFlight;
        giveUnused(deploymentId);
      },
      want: ({ deploymentId, limit, waiting }) => {
        const slots = slotsOf(deploymentId);
        if (slots.asked >= waiting) return;
        slots.asked += 1;
        send({ kind: "want", deploymentId, limit });
      },
      onGrowth: (listener) => {
        onGrowth = listener;
      },
    },
    receive: (news) => {
      const { deploymentId } = news;
      const slots = slotsOf(deploymentId);
      if (news.kind === "wanted") {
        shareOf(deploymentId, news.limit);
        slots.wantedElsewhere = news.count;
      } else {
        slots.asked -= 1;
        slots.share = (slots.share ?? 0) + 1;
        onGrowth?.(deploymentId);
      }
      giveUnused(deploymentId);
    },
  };
}

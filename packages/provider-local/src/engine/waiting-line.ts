import { throwIfAborted, toAbortError } from "@earshot/provider-kit";

/** Somebody who was given something before: how many seconds of audio, on the scale of its round. */
interface Account {
  had: number;
}

/** Accounts that share something: where the one stood that was served last. Nobody waits further back. */
interface Round {
  level: number;
}

interface Caller extends Account, Round {
  readonly name: string;
  requests: number;
}

/** What one request has had of something scarce; opened when it comes, closed when it ends. */
export interface Share extends Account {
  readonly caller: Caller;
  /** What it really had, in seconds of audio. */
  givenSeconds: number;
  /** How much audio it holds, in seconds; undefined while nobody knows. */
  expectedSeconds: number | undefined;
  /** May be called twice. */
  readonly close: () => void;
}

/** One that waits for its turn. */
export interface Turn {
  readonly share: Share;
  /** The audio that it would be given now, in seconds. */
  readonly seconds: number;
}

/** Divides turns evenly: among callers, and then among the requests of each. */
export interface FairShares {
  readonly open: (caller: string) => Share;
  /**
   * Chooses who goes first, and notes what it is given: the caller that had least, its request that
   * had least, then one that is new, the shorter one, and the one that waits longest. Whoever comes anew, or back,
   * starts where the last one served stood, so that nobody is paid for time spent away.
   */
  readonly first: <T extends { readonly turn: Turn }>(waiting: Iterable<T>) => T | undefined;
}

const standing = ({ had }: Account, { level }: Round): number => Math.max(had, level);

const give = (account: Account, round: Round, seconds: number): void => {
  round.level = standing(account, round);
  account.had = round.level + seconds;
};

/** Below 0 when the first goes before the second. */
const compare = (one: Share, other: Share, round: Round): number => {
  const byCaller = standing(one.caller, round) - standing(other.caller, round);
  if (byCaller !== 0) return byCaller;
  const byRequest = standing(one, one.caller) - standing(other, other.caller);
  if (byRequest !== 0) return byRequest;
  if (one.givenSeconds !== other.givenSeconds) return one.givenSeconds - other.givenSeconds;
  const [length, otherLength] = [one.expectedSeconds, other.expectedSeconds];
  return length === otherLength ? 0 : (length ?? Infinity) - (otherLength ?? Infinity);
};

/** Creates shares in which nobody has had anything. */
export function createFairShares(): FairShares {
  const round: Round = { level: 0 };
  const callers = new Map<string, Caller>();

  /** Who is away, and would come back to the level anyway, need not be remembered. */
  const forget = (): void => {
    const isIdle = [...callers.values()].every(({ requests }) => requests === 0);
    for (const { name, requests, had } of callers.values())
      if (isIdle || (requests === 0 && had <= round.level)) callers.delete(name);
  };
  return {
    open: (name) => {
      forget();
      const caller = callers.get(name) ?? { name, requests: 0, had: 0, level: 0 };
      callers.set(name, caller);
      caller.requests++;
      let isOpen = true;
      const close = (): void => {
        if (isOpen) caller.requests--;
        isOpen = false;
      };
      return { caller, had: 0, givenSeconds: 0, expectedSeconds: undefined, close };
    },
    first: (waiting) => {
      const [earliest, ...others] = waiting;
      if (earliest === undefined) return undefined;
      const best = others.reduce(
        (least, each) => (compare(each.turn.share, least.turn.share, round) < 0 ? each : least),
        earliest,
      );
      const { share, seconds } = best.turn;
      give(share.caller, round, seconds);
      give(share, share.caller, seconds);
      share.givenSeconds += seconds;
      return best;
    },
  };
}

/** Requests for something scarce, served in the order that their shares give them. */
export interface WaitingLine<T> extends Pick<FairShares, "open"> {
  length(): number;
  /** Resolves with what `serve` hands over; leaves the line with an error when the signal fires. */
  join(signal: AbortSignal, turn: Turn): Promise<T>;
  /** Hands the item to the first in line; false when nobody waits. */
  serve(item: T): boolean;
  /** Sends everybody away with the error. */
  dismiss(error: Error): void;
}

/** Creates a line in which nobody waits. */
export function createWaitingLine<T>(): WaitingLine<T> {
  const { open, first } = createFairShares();
  const waiters = new Set<PromiseWithResolvers<T> & { readonly turn: Turn }>();
  return {
    open,
    length: () => waiters.size,
    join: async (signal, turn) => {
      throwIfAborted(signal);
      const waiter = { ...Promise.withResolvers<T>(), turn };
      const leave = (): void => {
        waiters.delete(waiter);
        waiter.reject(toAbortError(signal));
      };
      signal.addEventListener("abort", leave, { once: true });
      waiters.add(waiter);
      try {
        return await waiter.promise;
      } finally {
        signal.removeEventListener("abort", leave);
      }
    },
    serve: (item) => {
      const waiter = first(waiters);
      if (waiter === undefined) return false;
      waiters.delete(waiter);
      waiter.resolve(item);
      return true;
    },
    dismiss: (error) => {
      for (const { reject } of waiters) reject(error);
      waiters.clear();
    },
  };
}

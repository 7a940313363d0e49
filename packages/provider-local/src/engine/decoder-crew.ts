import { TranscriptionError } from "@earshot/core";
import { closedError } from "./closed-error.ts";
import { createFairShares } from "./fair-shares.ts";
import type { Share, Turn } from "./fair-shares.ts";
import { createWaitingLine } from "./waiting-line.ts";
import type { WaitingLine } from "./waiting-line.ts";
import type { Decoder } from "./worker-decoder.ts";

export interface DecoderCrewSettings {
  readonly start: (signal: AbortSignal) => Promise<Decoder>;
  /** Most decoders at once, by the kind of the first; each one holds the whole model. */
  readonly limit: (kind: Decoder["kind"]) => number;
}

/** The decoders of one model, started one by one, when all others are busy. */
export interface DecoderCrew {
  /** Opens the share of a request; whoever has none shares with all others without one. */
  open(caller: string): Share;
  /** Takes a decoder when its turn has come. Rejects when none starts, or when the signal fires. */
  acquire(signal: AbortSignal, turn?: Turn): Promise<Decoder>;
  release(decoder: Decoder): void;
  /** True when one more would be free, or started, at once. */
  hasSpare(): boolean;
  /** How many may be at work at once, as far as it is known. */
  most(): number;
  /** Sends everybody in line away with `aborted` and frees all memory. */
  close(): Promise<void>;
}

interface Crew {
  readonly settings: DecoderCrewSettings;
  readonly line: WaitingLine<Decoder>;
  readonly all: Set<Decoder>;
  readonly idle: Set<Decoder>;
  readonly closing: AbortController;
  /** One, until the first decoder has told its kind. */
  most: number;
  starting: Promise<void> | undefined;
}

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new TranscriptionError("internal", String(error));

const offer = (crew: Crew, decoder: Decoder): void => {
  if (!crew.line.serve(decoder)) crew.idle.add(decoder);
};

const forgetDead = (crew: Crew): void => {
  for (const decoder of crew.all) {
    if (decoder.alive()) continue;
    crew.all.delete(decoder);
    crew.idle.delete(decoder);
  }
};

const startOne = async (crew: Crew): Promise<void> => {
  try {
    const decoder = await crew.settings.start(crew.closing.signal);
    crew.all.add(decoder);
    crew.most = Math.max(1, crew.settings.limit(decoder.kind));
    offer(crew, decoder);
  } catch (error) {
    // With a decoder at work, another one that does not start only costs speed.
    if (crew.all.size === 0) crew.line.dismiss(toError(error));
    else crew.most = crew.all.size;
  }
};

const grow = (crew: Crew): void => {
  const wanted = crew.line.length() > 0 && crew.all.size < crew.most;
  if (!wanted || crew.starting !== undefined || crew.closing.signal.aborted) return;
  crew.starting = startOne(crew).finally(() => {
    crew.starting = undefined;
    grow(crew);
  });
};

const closeCrew = async (crew: Crew): Promise<void> => {
  const closed = closedError();
  crew.closing.abort(closed);
  crew.line.dismiss(closed);
  await crew.starting;
  await Promise.all([...crew.all].map((decoder) => decoder.stop()));
  forgetDead(crew);
};

/** Creates a crew without decoders. */
export function createDecoderCrew(settings: DecoderCrewSettings): DecoderCrew {
  const shares = createFairShares();
  const nobody: Turn = { share: shares.open(""), seconds: 0 };
  const crew: Crew = {
    settings,
    line: createWaitingLine<Decoder>(shares),
    all: new Set(),
    idle: new Set(),
    closing: new AbortController(),
    most: 1,
    starting: undefined,
  };
  return {
    open: (caller) => shares.open(caller),
    most: () => crew.most,
    acquire: (signal, turn = nobody) => {
      forgetDead(crew);
      const served = crew.line.join(AbortSignal.any([signal, crew.closing.signal]), turn);
      const [free] = crew.idle;
      if (free !== undefined && crew.line.serve(free)) crew.idle.delete(free);
      grow(crew);
      return served;
    },
    release: (decoder) => {
      if (decoder.alive()) offer(crew, decoder);
      else forgetDead(crew);
      grow(crew);
    },
    hasSpare: () =>
      crew.idle.size > 0 || (crew.starting === undefined && crew.all.size < crew.most),
    close: () => closeCrew(crew),
  };
}

import { TranscriptionError } from "@earshot/core";
import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import { untilAborted } from "../until-aborted.ts";
import { closedError, SAMPLE_RATE } from "./speech-engine.ts";
import { createWaitingLine } from "./waiting-line.ts";
import type { Share, Turn, WaitingLine } from "./waiting-line.ts";
import type { Decoder } from "./worker-decoder.ts";

export interface DecoderCrewSettings {
  readonly start: (signal: AbortSignal) => Promise<Decoder>;
  /** Most decoders at once, by the kind of the first; each one holds the whole model. */
  readonly limit: (kind: Decoder["kind"]) => number;
}

/** The decoders of one model, started one by one, when all others are busy. */
export interface DecoderCrew {
  /** Opens the share of a request of that caller, to be closed at its end; whoever has none shares with all others without one. */
  open(caller: string): Share;
  /** Takes a decoder when its turn has come. Rejects when none starts, or when the signal fires. */
  acquire(signal: AbortSignal, turn?: Turn): Promise<Decoder>;
  release(decoder: Decoder): void;
  /** True when one more would be free, or started, at once. */
  hasSpare(): boolean;
  /** How many may be at work at once, as far as it is known. */
  decoders(): number;
  /** Rejects everything in line and under way with `aborted` and frees all memory. */
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
    const known = error instanceof Error;
    // With a decoder at work, another one that does not start only costs speed.
    if (crew.all.size > 0) crew.most = crew.all.size;
    else crew.line.dismiss(known ? error : new TranscriptionError("internal", String(error)));
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

/** Creates a crew without decoders. */
export function createDecoderCrew(settings: DecoderCrewSettings): DecoderCrew {
  const line = createWaitingLine<Decoder>();
  const nobody: Turn = { share: line.open(""), seconds: 0 };
  const crew: Crew = {
    settings,
    line,
    all: new Set(),
    idle: new Set(),
    closing: new AbortController(),
    most: 1,
    starting: undefined,
  };
  return {
    open: line.open,
    decoders: () => crew.most,
    acquire: (signal, turn = nobody) => {
      forgetDead(crew);
      const served = line.join(AbortSignal.any([signal, crew.closing.signal]), turn);
      const [free] = crew.idle;
      if (free !== undefined && line.serve(free)) crew.idle.delete(free);
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
    close: async () => {
      const closed = closedError();
      crew.closing.abort(closed);
      line.dismiss(closed);
      await crew.starting;
      await Promise.all([...crew.all].map((decoder) => decoder.stop()));
      forgetDead(crew);
    },
  };
}

/** One chunk to transcribe. The signal takes it out of the line; one under way is let go. */
export interface ChunkJob {
  readonly samples: Float32Array;
  readonly options: ChunkOptions;
  readonly signal: AbortSignal;
  /** Of the request that it belongs to. */
  readonly share?: Share;
  /** Called when its turn has come. */
  readonly onStart?: () => void;
}

/** Several decoders of one model behind one line of chunks. */
export interface DecoderPool extends Omit<DecoderCrew, "acquire" | "release"> {
  /** Starts the first decoder, so that no request has to wait for it. */
  warmUp(): Promise<void>;
  transcribe(job: ChunkJob): Promise<readonly Piece[]>;
}

/** Creates a pool that starts its decoders one by one, when all others are busy. */
export function createDecoderPool(settings: DecoderCrewSettings): DecoderPool {
  const { acquire, release, ...crew } = createDecoderCrew(settings);
  return {
    ...crew,
    warmUp: async () => release(await acquire(new AbortController().signal)),
    transcribe: async ({ samples, options, signal, share, onStart }) => {
      const seconds = samples.length / SAMPLE_RATE;
      const decoder = await acquire(signal, share && { share, seconds });
      onStart?.();
      const work = decoder.transcribe(samples, options).finally(() => release(decoder));
      return untilAborted(work, signal);
    },
  };
}

import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import { untilAborted } from "../until-aborted.ts";
import { createDecoderCrew } from "./decoder-crew.ts";
import type { DecoderCrewSettings } from "./decoder-crew.ts";
import type { Share } from "./fair-shares.ts";
import { SAMPLE_RATE } from "./recognizer-config.ts";

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
export interface DecoderPool {
  /** Starts the first decoder, so that no request has to wait for it. */
  warmUp(): Promise<void>;
  /** Opens the share of a request of that caller; to be closed at its end. */
  open(caller: string): Share;
  transcribe(job: ChunkJob): Promise<readonly Piece[]>;
  /** True when one more chunk would be worked on at once. */
  hasSpare(): boolean;
  /** How many decoders may be at work at once. */
  decoders(): number;
  /** Rejects everything under way with `aborted` and frees all memory. */
  close(): Promise<void>;
}

/** Creates a pool that starts its decoders one by one, when all others are busy. */
export function createDecoderPool(settings: DecoderCrewSettings): DecoderPool {
  const crew = createDecoderCrew(settings);
  const never = new AbortController().signal;
  return {
    warmUp: async () => crew.release(await crew.acquire(never)),
    open: (caller) => crew.open(caller),
    hasSpare: () => crew.hasSpare(),
    decoders: () => crew.most(),
    close: () => crew.close(),
    transcribe: async ({ samples, options, signal, share, onStart }) => {
      const seconds = samples.length / SAMPLE_RATE;
      const decoder = await crew.acquire(signal, share && { share, seconds });
      onStart?.();
      const work = decoder.transcribe(samples, options).finally(() => crew.release(decoder));
      return untilAborted(work, signal);
    },
  };
}

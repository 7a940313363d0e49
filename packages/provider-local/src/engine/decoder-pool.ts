import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import { untilAborted } from "../until-aborted.ts";
import { createDecoderCrew } from "./decoder-crew.ts";
import type { DecoderCrewSettings } from "./decoder-crew.ts";

/** One chunk to transcribe. The signal takes it out of the line; one under way is let go. */
export interface ChunkJob {
  readonly samples: Float32Array;
  readonly options: ChunkOptions;
  readonly signal: AbortSignal;
}

/** Several decoders of one model behind one line of chunks. */
export interface DecoderPool {
  /** Starts the first decoder, so that no request has to wait for it. */
  warmUp(): Promise<void>;
  transcribe(job: ChunkJob): Promise<readonly Piece[]>;
  /** True when one more chunk would be worked on at once. */
  hasSpare(): boolean;
  /** Rejects everything under way with `aborted` and frees all memory. */
  close(): Promise<void>;
}

/** Creates a pool that starts its decoders one by one, when all others are busy. */
export function createDecoderPool(settings: DecoderCrewSettings): DecoderPool {
  const crew = createDecoderCrew(settings);
  const never = new AbortController().signal;
  return {
    warmUp: async () => crew.release(await crew.acquire(never)),
    hasSpare: () => crew.hasSpare(),
    close: () => crew.close(),
    transcribe: async ({ samples, options, signal }) => {
      const decoder = await crew.acquire(signal);
      const work = decoder.transcribe(samples, options).finally(() => crew.release(decoder));
      return untilAborted(work, signal);
    },
  };
}

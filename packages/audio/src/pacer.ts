import { giveWay } from "@earshot/core";
import { unreadable } from "./audio-errors.ts";

/**
 * The work on one file. A step is one piece of its structure that need not hold any sound: a box, a
 * page, an empty packet, a place where a frame might begin. Packets with sound in them are no steps.
 */
export interface Pacer {
  /** Steps so far. */
  readonly steps: number;
  /** How often other work had a turn. */
  readonly turns: number;
  /** True once the work was given up as endless. */
  readonly isSpent: boolean;
  /** Counts steps, by default one; gives up when they are more than a sound file can have. */
  step(count?: number): void;
  /** Throws `audio_unreadable` with the sentence, and says so in `isSpent`. */
  giveUp(what: string): never;
  /** True when the work has gone on for long enough; cheap enough to be asked at every step. */
  isDue(): boolean;
  /** Resolves after other work had a turn; rejects with `aborted` when the signal has fired. */
  giveWay(): Promise<void>;
}

/** How long work may go on before other work gets a turn, and how many steps it may take. */
const SLICE_MS = 5;
const SLICE_STEPS = 4096;
/** Structure is small beside the sound: no file in use comes near either. */
const FREE_STEPS = 2 ** 20;
const BYTES_PER_STEP = 16;

/** The most steps that are taken for a file of that size. */
export const mostSteps = (sizeBytes: number): number => FREE_STEPS + sizeBytes / BYTES_PER_STEP;

/** Makes the pacer of everything that is done with one file. */
export function createPacer(sizeBytes: number, signal?: AbortSignal): Pacer {
  const limit = mostSteps(sizeBytes);
  let steps = 0;
  let turns = 0;
  let isSpent = false;
  let sliceStart = performance.now();
  let sliceSteps = 0;
  const giveUp = (what: string): never => {
    isSpent = true;
    throw unreadable(what);
  };
  return {
    get steps() {
      return steps;
    },
    get turns() {
      return turns;
    },
    get isSpent() {
      return isSpent;
    },
    giveUp,
    step: (count = 1) => {
      steps += count;
      if (steps > limit) giveUp("The audio is damaged: it is made of countless empty pieces.");
    },
    isDue: () => steps - sliceSteps >= SLICE_STEPS || performance.now() - sliceStart >= SLICE_MS,
    giveWay: async () => {
      await giveWay(signal);
      turns++;
      sliceSteps = steps;
      sliceStart = performance.now();
    },
  };
}

/** What a measuring finds out; undefined when it had to be given up as endless. */
export async function measureWithin(
  pacer: Pacer,
  measure: () => Promise<number>,
): Promise<number | undefined> {
  try {
    return await measure();
  } catch (error) {
    if (pacer.isSpent) return undefined;
    throw error;
  }
}

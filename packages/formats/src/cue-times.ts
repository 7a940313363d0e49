import { mapWork, sortWork } from "@earshot/core";
import type { LongWork } from "@earshot/core";
import type { CueLayout } from "./cue.ts";

/** A cue before its times are fitted to its neighbours. */
export interface CueDraft {
  readonly startMs: number;
  readonly endMs: number;
  readonly columns: number;
  readonly lines: readonly string[];
  readonly speaker?: string;
}

/** No cue is shorter, even if the next one has to wait for it: it would not be seen. */
const LEAST_MS = 200;

/**
 * Fits the times of cues to each other: in order, no two at once, each long enough to be read where
 * the silence after it allows, none longer than the longest time or past the end of the audio.
 */
export function* fitTimes(
  drafts: readonly CueDraft[],
  layout: CueLayout,
  audioEndMs: number | undefined,
): LongWork<readonly CueDraft[]> {
  const ordered = yield* sortWork(drafts, (left, right) => left.startMs - right.startMs);
  let previousEndMs = 0;
  return yield* mapWork(ordered, (draft, index) => {
    const startMs = Math.max(draft.startMs, previousEndMs);
    const readingMs = (draft.columns / layout.maxColumnsPerSecond) * 1000;
    const wantedMs = Math.max(draft.endMs, startMs + Math.max(layout.minMs, Math.ceil(readingMs)));
    const lastMs = Math.max(draft.endMs, audioEndMs ?? Number.POSITIVE_INFINITY);
    const freeUntilMs = Math.min(ordered[index + 1]?.startMs ?? lastMs, lastMs);
    const endMs = Math.min(wantedMs, freeUntilMs, startMs + layout.maxMs);
    previousEndMs = Math.max(endMs, startMs + LEAST_MS);
    return { ...draft, startMs, endMs: previousEndMs };
  });
}

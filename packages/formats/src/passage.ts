import { isPause, mapWork } from "@earshot/core";
import type { LongWork } from "@earshot/core";
import { createSpeakerNames } from "./speaker-names.ts";
import type { TimedSpan } from "./timed-span.ts";

/** What one speaker says without a long pause; a cue never reaches over its ends. */
export interface Passage {
  readonly spans: readonly TimedSpan[];
  /** Only where at least two speakers are named. */
  readonly speaker?: string;
}

interface Turn {
  readonly spans: TimedSpan[];
}

interface Continuation {
  /** The speaker's own latest turn. */
  readonly turn: Turn;
  /** Anybody's latest turn. */
  readonly latest: Turn | undefined;
  readonly span: TimedSpan;
  readonly maxPauseSeconds: number;
}

/** Whether a turn goes on: after no long pause, with nobody in between except at the same time. */
const goesOn = ({ turn, latest, span, maxPauseSeconds }: Continuation): boolean => {
  const endSeconds = turn.spans.at(-1)?.endSeconds ?? 0;
  if (span.startSeconds - endSeconds > maxPauseSeconds) return false;
  if (turn === latest) return true;
  const otherStart = latest?.spans[0]?.startSeconds ?? 0;
  const otherEnd = latest?.spans.at(-1)?.endSeconds ?? 0;
  return span.startSeconds < otherEnd || otherStart < endSeconds;
};

function* turnsOf(spans: readonly TimedSpan[], maxPauseSeconds: number): LongWork<readonly Turn[]> {
  const turns: Turn[] = [];
  const openOf = new Map<string | undefined, Turn>();
  let count = 0;
  for (const span of spans) {
    if (isPause(count)) yield;
    count += 1;
    const turn = openOf.get(span.speaker);
    if (turn !== undefined && goesOn({ turn, latest: turns.at(-1), span, maxPauseSeconds })) {
      turn.spans.push(span);
      continue;
    }
    const opened = { spans: [span] };
    openOf.set(span.speaker, opened);
    turns.push(opened);
  }
  return turns;
}

const hasSeveralSpeakers = (spans: readonly TimedSpan[]): boolean => {
  const first = spans.find(({ speaker }) => speaker !== undefined)?.speaker;
  return spans.some(({ speaker }) => speaker !== undefined && speaker !== first);
};

/** The spans as passages in order of their start; two that talk at once each keep their passage. */
export function* passagesOf(
  spans: readonly TimedSpan[],
  maxPauseSeconds: number,
): LongWork<readonly Passage[]> {
  const several = hasSeveralSpeakers(spans);
  const nameOf = createSpeakerNames();
  return yield* mapWork(yield* turnsOf(spans, maxPauseSeconds), ({ spans: spoken }) => {
    const speaker = spoken[0]?.speaker;
    return several && speaker !== undefined
      ? { spans: spoken, speaker: nameOf(speaker) }
      : { spans: spoken };
  });
}

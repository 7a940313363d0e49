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

const turnsOf = (spans: readonly TimedSpan[], maxPauseSeconds: number): readonly Turn[] => {
  const turns: Turn[] = [];
  const openOf = new Map<string | undefined, Turn>();
  for (const span of spans) {
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
};

/** The spans as passages in order of their start; two that talk at once each keep their passage. */
export function passagesOf(
  spans: readonly TimedSpan[],
  maxPauseSeconds: number,
): readonly Passage[] {
  const speakers = new Set(spans.flatMap(({ speaker }) => speaker ?? []));
  const nameOf = createSpeakerNames();
  return turnsOf(spans, maxPauseSeconds).map(({ spans: spoken }) => {
    const speaker = spoken[0]?.speaker;
    if (speakers.size < 2 || speaker === undefined) return { spans: spoken };
    return { spans: spoken, speaker: nameOf(speaker) };
  });
}

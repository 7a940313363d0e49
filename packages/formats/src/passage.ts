import { createSpeakerNames } from "./speaker-names.ts";
import type { TimedSpan } from "./timed-span.ts";

/** What one speaker says without a long pause; a cue never reaches over its ends. */
export interface Passage {
  readonly spans: readonly TimedSpan[];
  /** Only where at least two speakers are named. */
  readonly speaker?: string;
}

/** Somebody who falls silent for longer, while another one talks, has ended the turn. */
const INTERRUPTED_PAUSE_SECONDS = 0.15;

interface Turn {
  readonly spans: TimedSpan[];
}

const turnsOf = (spans: readonly TimedSpan[], maxPauseSeconds: number): readonly Turn[] => {
  const turns: Turn[] = [];
  const openOf = new Map<string | undefined, Turn>();
  for (const span of spans) {
    const turn = openOf.get(span.speaker);
    const pause = span.startSeconds - (turn?.spans.at(-1)?.endSeconds ?? 0);
    const limit = turn === turns.at(-1) ? maxPauseSeconds : INTERRUPTED_PAUSE_SECONDS;
    if (turn !== undefined && pause <= limit) {
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

import { doAtOnce, isPause, mapWork, sortWork } from "@earshot/core";
import type { LongWork, Transcript } from "@earshot/core";
import { cutCues, cutLines } from "./cue-breaks.ts";
import { layoutOf } from "./cue.ts";
import type { Cue, CueLayout, CueOptions } from "./cue.ts";
import { passagesOf, unitsOfSpans } from "./passage.ts";
import type { CueUnit, Passage } from "./passage.ts";
import { repairTimes } from "./repair-times.ts";
import { spansOfTranscript } from "./timed-spans.ts";
import { columnsOf } from "./writing-system.ts";

/** A cue before its times are fitted to its neighbours. */
interface CueDraft {
  readonly startMs: number;
  readonly endMs: number;
  readonly columns: number;
  readonly lines: readonly string[];
  readonly speaker: string | undefined;
}

/** No cue is shorter, even if the next one has to wait for it: it would not be seen. */
const LEAST_MS = 200;

/**
 * Fits the times of cues to each other: in order, no two at once, each long enough to be read where
 * the silence after it allows, none longer than the longest time or past the end of the audio.
 */
function* fitTimes(
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

/** A passage with what its cues must know about its neighbours. */
interface PlacedPassage extends Passage {
  /** Columns that the speaker's name takes on the first line; 0 when the speaker goes on. */
  readonly labelColumns: number;
  readonly nextStartMs: number | undefined;
}

const LONGEST_LABEL_COLUMNS = 20;

const placePassage = (passages: readonly Passage[], index: number): PlacedPassage => {
  const passage = passages[index] ?? { spans: [] };
  const { speaker } = passage;
  const speaks = speaker !== undefined && speaker !== passages[index - 1]?.speaker;
  const nextStart = passages[index + 1]?.spans[0]?.startSeconds;
  return {
    ...passage,
    labelColumns: speaks ? Math.min(columnsOf(`${speaker}: `), LONGEST_LABEL_COLUMNS) : 0,
    nextStartMs: nextStart === undefined ? undefined : Math.round(nextStart * 1000),
  };
};

const withLabel = (units: readonly CueUnit[], labelColumns: number): readonly CueUnit[] =>
  units.map((unit, index) =>
    index === 0 ? { ...unit, columns: unit.columns + labelColumns } : unit,
  );

/** A cue is cut anew, which is many steps. */
const CUES_BETWEEN_PAUSES = 16;

function* draftsOf(passage: PlacedPassage, layout: CueLayout): LongWork<readonly CueDraft[]> {
  const { labelColumns, nextStartMs, speaker } = passage;
  const widest = Math.max(2, layout.maxColumns - labelColumns);
  const { text, units: bare } = yield* unitsOfSpans(passage.spans, widest);
  const units = withLabel(bare, labelColumns);
  const ranges = yield* cutCues(units, nextStartMs, layout);
  const drafts: CueDraft[] = [];
  for (const { from, to } of ranges) {
    if (isPause(drafts.length, CUES_BETWEEN_PAUSES)) yield;
    const own = units.slice(from, to);
    const lines = cutLines(own, layout.maxColumns).map((line) =>
      text.slice(own[line.from]?.from, own[line.to - 1]?.to),
    );
    drafts.push({
      startMs: own[0]?.startMs ?? 0,
      endMs: Math.max(...own.map(({ endMs }) => endMs)),
      columns: lines.reduce((sum, line) => sum + columnsOf(line), 0),
      lines,
      speaker,
    });
  }
  return drafts;
}

/** As `cuesOf`, as long work. */
export function* cuesWork(
  transcript: Transcript,
  options: CueOptions = {},
): LongWork<readonly Cue[]> {
  const layout = layoutOf(options);
  const repaired = yield* repairTimes(transcript);
  const passages = yield* passagesOf(yield* spansOfTranscript(repaired), layout.maxPauseSeconds);
  const drafts: CueDraft[] = [];
  for (let index = 0; index < passages.length; index += 1) {
    if (isPause(index, CUES_BETWEEN_PAUSES)) yield;
    for (const draft of yield* draftsOf(placePassage(passages, index), layout)) drafts.push(draft);
  }
  const { durationSeconds } = repaired;
  const audioEndMs = durationSeconds === undefined ? undefined : Math.round(durationSeconds * 1000);
  const fitted = yield* fitTimes(drafts, layout, audioEndMs);
  return yield* mapWork(fitted, ({ startMs, endMs, lines, speaker }) => ({
    startSeconds: startMs / 1000,
    endSeconds: endMs / 1000,
    lines,
    speaker,
  }));
}

/**
 * Subtitles from the words, or else from the segments, of a transcript; none when it has no times.
 * A cue ends at a change of speaker and at a long pause, best at the end of a sentence. Where a
 * long segment without words is cut, the moment of the cut is estimated from the share of its text,
 * inside the segment's own bounds; nothing else is made up.
 */
export const cuesOf = (transcript: Transcript, options: CueOptions = {}): readonly Cue[] =>
  doAtOnce(cuesWork(transcript, options));

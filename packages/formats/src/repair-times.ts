import { isPause, sortWork } from "@earshot/core";
import type { LongWork, Transcript } from "@earshot/core";
import { onOneLine, spaceBetween } from "./writing-system.ts";

interface Timed {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string | undefined;
}

/** A start this little before the previous one is a wobble of the clock, not another order. */
const WOBBLE_SECONDS = 0.5;

const between = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** The item itself where nothing changes: most lists are in order. */
const withTimes = <Item extends Timed>(
  item: Item,
  startSeconds: number,
  endSeconds: number,
): Item =>
  Object.is(startSeconds, item.startSeconds) && Object.is(endSeconds, item.endSeconds)
    ? item
    : { ...item, startSeconds, endSeconds };

const startOf = (item: Timed, previous: Timed | undefined): number => {
  const unknown = !Number.isFinite(item.startSeconds);
  const start = unknown ? (previous?.endSeconds ?? 0) : item.startSeconds;
  const before = previous?.speaker === item.speaker ? (previous?.startSeconds ?? 0) : 0;
  const wobbles = start < before && before - start <= WOBBLE_SECONDS;
  return wobbles ? before : start;
};

function* readable<Item extends Timed>(
  items: readonly Item[],
  latestSeconds: number,
): LongWork<readonly Item[]> {
  const good: Item[] = [];
  let previous: Item | undefined;
  let count = 0;
  for (const item of items) {
    if (isPause(count)) yield;
    count += 1;
    if (item.text.trim() === "") continue;
    const startSeconds = between(startOf(item, previous), 0, latestSeconds);
    const end = Number.isFinite(item.endSeconds) ? item.endSeconds : startSeconds;
    previous = withTimes(item, startSeconds, between(end, startSeconds, latestSeconds));
    good.push(previous);
  }
  return good;
}

const byStart = (left: Timed, right: Timed): number => left.startSeconds - right.startSeconds;

/** One voice says one thing after the other; two voices may talk at the same time. */
function* withoutOverlap<Item extends Timed>(items: readonly Item[]): LongWork<readonly Item[]> {
  const repaired: Item[] = [];
  const lastOf = new Map<string | undefined, number>();
  for (const item of items) {
    if (isPause(repaired.length)) yield;
    const index = lastOf.get(item.speaker);
    const last = index === undefined ? undefined : repaired[index];
    lastOf.set(item.speaker, repaired.length);
    if (index === undefined || last === undefined || item.startSeconds >= last.endSeconds) {
      repaired.push(item);
      continue;
    }
    const pushed = item.startSeconds <= last.startSeconds;
    if (!pushed) repaired[index] = { ...last, endSeconds: item.startSeconds };
    const startSeconds = pushed ? last.endSeconds : item.startSeconds;
    repaired.push({ ...item, startSeconds, endSeconds: Math.max(item.endSeconds, startSeconds) });
  }
  return yield* sortWork(repaired, byStart);
}

/**
 * Timed items in order of time, the same text in every one: no overlap within one speaker, nothing
 * negative, past `latestSeconds` or not a number. Items without text are dropped.
 */
function* repair<Item extends Timed>(
  items: readonly Item[],
  latestSeconds: number,
): LongWork<readonly Item[]> {
  const ordered = yield* sortWork(yield* readable(items, latestSeconds), byStart);
  return yield* withoutOverlap(ordered);
}

function* joined(items: readonly Timed[]): LongWork<string> {
  const pieces: string[] = [];
  // The end of the whole text, which is too long to be looked at for every item.
  let end = "";
  let count = 0;
  for (const item of items) {
    if (isPause(count)) yield;
    count += 1;
    const next = onOneLine(item.text);
    if (end !== "") pieces.push(spaceBetween(end, next));
    pieces.push(next);
    end = (end + next).slice(-2);
  }
  return pieces.join("");
}

/**
 * The transcript with usable times: segments and words in order, without overlap within one
 * speaker, between 0 and the duration, never NaN; empty ones are gone. A duration that is no
 * positive number counts as unknown. Missing text is put together from the segments or words.
 */
export function* repairTimes(transcript: Transcript): LongWork<Transcript> {
  const { durationSeconds, segments, words, text, ...rest } = transcript;
  const known = durationSeconds !== undefined && Number.isFinite(durationSeconds);
  const hasDuration = known && durationSeconds > 0;
  const latestSeconds = hasDuration ? durationSeconds : Number.MAX_SAFE_INTEGER / 1000;
  const goodSegments = segments && (yield* repair(segments, latestSeconds));
  const goodWords = words && (yield* repair(words, latestSeconds));
  return {
    ...rest,
    text: text.trim() === "" ? yield* joined(goodSegments ?? goodWords ?? []) : text,
    durationSeconds: hasDuration ? durationSeconds : undefined,
    segments: goodSegments,
    words: goodWords,
  };
}

import { doAtOnce, isPause } from "@earshot/core";
import type { LongWork, Segment } from "@earshot/core";
import { LONGEST_TEXT_CHARACTERS } from "@earshot/provider-kit";

const CUE_TIMES =
  /^((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]*-->[ \t]*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})/u;

const toSeconds = (time: string): number =>
  time
    .replace(",", ".")
    .split(":")
    .reduce((total, part) => total * 60 + Number(part), 0);

/** A run of line feeds alone is quickly read, however long it is. */
const BLOCK_END = /\n{2,}|(?:\r\n|\n|\r(?!\n)){2,}/gu;

const VOICE = /^<v(?:\.[^\s>]*)?[ \t]([^>]+)>/u;
const TAG_START = /<\/?[a-z]/giu;

/** One walk along the text: an expression for whole tags would look for the end of each anew. */
const withoutTags = (text: string): string => {
  let kept = "";
  let from = 0;
  for (const { index } of text.matchAll(TAG_START)) {
    if (index < from) continue;
    const end = text.indexOf(">", index);
    if (end < 0) break;
    kept += text.slice(from, index);
    from = end + 1;
  }
  return kept + text.slice(from);
};

const toCue = (block: string): Segment | undefined => {
  // Not looked at, because its text is too long for an answer whatever is in it.
  if (block.length > LONGEST_TEXT_CHARACTERS)
    return { text: block, startSeconds: 0, endSeconds: 0 };
  const lines = (block.includes("\r") ? block.replace(/\r\n?/gu, "\n") : block)
    .split("\n")
    .map((line) => line.trim());
  const at = lines.findIndex((line) => CUE_TIMES.test(line));
  const [, start, end] = CUE_TIMES.exec(lines[at] ?? "") ?? [];
  if (start === undefined || end === undefined) return undefined;
  const content = lines
    .slice(at + 1)
    .join(" ")
    .trim();
  const speaker = VOICE.exec(content)?.[1]?.trim();
  return {
    text: withoutTags(content).trim(),
    // Sums of decimals: whole milliseconds again.
    startSeconds: Math.round(toSeconds(start) * 1000) / 1000,
    endSeconds: Math.round(toSeconds(end) * 1000) / 1000,
    speaker,
  };
};

/** As `readSubtitles`, as long work. */
export function* subtitlesWork(file: string): LongWork<readonly Segment[]> {
  const segments: Segment[] = [];
  const readTo = (from: number, to: number): void => {
    const cue = toCue(file.slice(from, to));
    if (cue !== undefined) segments.push(cue);
  };
  let from = 0;
  let blocks = 0;
  for (const { 0: gap, index } of file.matchAll(BLOCK_END)) {
    if (isPause(blocks)) yield;
    blocks += 1;
    readTo(from, index);
    from = index + gap.length;
  }
  readTo(from, file.length);
  return segments;
}

/**
 * The cues of an SRT or WebVTT file as segments, in the order of the file; numbers, headers, notes
 * and styles are left out.
 *
 * @see https://www.w3.org/TR/webvtt1/#file-structure
 */
export const readSubtitles = (file: string): readonly Segment[] => doAtOnce(subtitlesWork(file));

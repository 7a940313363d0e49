import { doAtOnce, mapWork } from "@earshot/core";
import type { LongWork } from "@earshot/core";
import type { Cue } from "./cue.ts";
import { onOneLine } from "./writing-system.ts";

const pad = (value: number, digits = 2): string => String(value).padStart(digits, "0");

/** `hh:mm:ss` and milliseconds after the given sign; hours go on past 99. */
const timestamp = (seconds: number, sign: "," | "."): string => {
  const totalMs = Math.round(seconds * 1000);
  const totalSeconds = Math.floor(totalMs / 1000);
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor(totalSeconds / 60) % 60;
  return `${pad(hours)}:${pad(minutes)}:${pad(totalSeconds % 60)}${sign}${pad(totalMs % 1000, 3)}`;
};

const timing = ({ startSeconds, endSeconds }: Cue, sign: "," | "."): string =>
  `${timestamp(startSeconds, sign)} --> ${timestamp(endSeconds, sign)}`;

/** A line that no parser takes for the end of the cue. */
const cleanLines = (lines: readonly string[]): readonly string[] =>
  lines.map(onOneLine).filter((line) => line !== "");

const escapeVtt = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** As `toSrt`, as long work. */
export function* srtWork(cues: readonly Cue[]): LongWork<string> {
  const blocks = yield* mapWork(cues, (cue, index) => {
    const named = cue.speaker !== undefined && cue.speaker !== cues[index - 1]?.speaker;
    const label = named ? `${onOneLine(cue.speaker)}: ` : "";
    const text = (label + cleanLines(cue.lines).join("\n")).replaceAll("-->", "→");
    return `${index + 1}\n${timing(cue, ",")}\n${text}\n\n`;
  });
  return blocks.join("");
}

/** As `toVtt`, as long work. */
export function* vttWork(cues: readonly Cue[]): LongWork<string> {
  const blocks = yield* mapWork(cues, (cue) => {
    const voice = cue.speaker === undefined ? "" : `<v ${escapeVtt(onOneLine(cue.speaker))}>`;
    const text = escapeVtt(cleanLines(cue.lines).join("\n"));
    return `${timing(cue, ".")}\n${voice}${text}\n\n`;
  });
  return `WEBVTT\n\n${blocks.join("")}`;
}

/**
 * SubRip. A change of speaker puts `Name: ` before the text. SRT has no escapes, so the arrow that
 * its parsers look for (`-->`) becomes `→` where somebody's text holds it.
 */
export const toSrt = (cues: readonly Cue[]): string => doAtOnce(srtWork(cues));

/**
 * WebVTT, with speakers as `<v Name>` on every cue and `&`, `<`, `>` escaped.
 *
 * @see https://www.w3.org/TR/webvtt1/
 */
export const toVtt = (cues: readonly Cue[]): string => doAtOnce(vttWork(cues));

import { asNumber, asSeconds, asString } from "@earshot/provider-kit";

/** A JSON object of a server's answer. */
export type AnswerFields = Record<string, unknown>;

/** Start and end in seconds, the end never before the start. */
export interface Times {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** No recording is eleven days long: larger numbers are nanoseconds, as old LocalAI versions write. */
const NANOSECONDS_FROM = 1_000_000;

const toSeconds = (value: unknown): number | undefined => {
  const number = asNumber(value);
  if (number === undefined) return undefined;
  // Some servers start a moment before zero.
  return asSeconds(Math.max(0, number >= NANOSECONDS_FROM ? number / 1e9 : number));
};

/** The times of a segment or word; undefined when either one is missing or no recording has it. */
export function timesOf(fields: AnswerFields): Times | undefined {
  const startSeconds = toSeconds(fields["start"]);
  const endSeconds = toSeconds(fields["end"]);
  if (startSeconds === undefined || endSeconds === undefined) return undefined;
  return { startSeconds, endSeconds: Math.max(startSeconds, endSeconds) };
}

/** Sorts by start. */
export const byStart = (one: Times, other: Times): number => one.startSeconds - other.startSeconds;

/** The speaker of a segment or word, under the names that servers use. */
export function speakerOf(fields: AnswerFields): { readonly speaker?: string } {
  const value = fields["speaker"] ?? fields["speaker_id"];
  const speaker = typeof value === "number" ? String(value) : asString(value)?.trim();
  // whisper.cpp writes "?" where it cannot decide between two channels.
  return speaker === undefined || speaker === "" || speaker === "?" ? {} : { speaker };
}

/** How sure the server is, 0 to 1, under the names that servers use. */
export function confidenceOf(fields: AnswerFields): { readonly confidence?: number } {
  const confidence = asNumber(fields["probability"] ?? fields["confidence"]);
  return confidence === undefined || confidence < 0 || confidence > 1 ? {} : { confidence };
}

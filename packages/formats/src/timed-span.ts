/** A stretch of the text with the times of the words or of the segment that it stands for. */
export interface TimedSpan {
  /** On one line, no white space around it. */
  readonly text: string;
  /** What stands between the previous span and this one. */
  readonly space: "" | " ";
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string;
}

/** The text of consecutive spans as it reads. */
export const textOfSpans = (spans: readonly TimedSpan[]): string =>
  spans.map((span, index) => (index === 0 ? "" : span.space) + span.text).join("");

import type { Transcript } from "@earshot/core";
import { finite } from "./json-number.ts";

/** Of the audio; where that was not measured, the end of the last words; 0 when nothing is known. */
export const durationOf = ({
  durationSeconds,
  segments = [],
  words = [],
  usage,
}: Transcript): number => {
  if (durationSeconds !== undefined && Number.isFinite(durationSeconds)) return durationSeconds;
  const lastEnd = [...segments, ...words].reduce(
    (latest, { endSeconds }) => Math.max(latest, finite(endSeconds)),
    0,
  );
  return lastEnd > 0 || usage?.type !== "duration" ? lastEnd : usage.seconds;
};

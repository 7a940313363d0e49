import { mapWork } from "@earshot/core";
import type { JsonObject, LongWork, Segment, Transcript } from "@earshot/core";
import { durationOf } from "./audio-duration.ts";
import { toSeconds } from "./json-number.ts";
import { createSpeakerNames } from "./speaker-names.ts";
import { onOneLine } from "./writing-system.ts";

/** The speaker's name as the client sees it; `unknown` where the provider named nobody. */
export const speakerOrUnknown = (
  nameOf: (speaker: string) => string,
  speaker: string | undefined,
): string => (speaker === undefined ? "unknown" : nameOf(speaker));

/** One segment of `diarized_json`; it is also the stream's `transcript.text.segment` event. */
export const diarizedSegment = (id: string, segment: Segment, speaker: string): JsonObject => ({
  type: "transcript.text.segment",
  id,
  start: toSeconds(segment.startSeconds),
  end: toSeconds(segment.endSeconds),
  text: onOneLine(segment.text),
  speaker,
});

/** The id of a diarized segment that the provider gave none to; counted from 1. */
export const segmentId = (index: number): string => `seg_${String(index + 1).padStart(3, "0")}`;

/** What `diarized_json` adds to the text; a speaker that nobody named is `unknown`. */
export function* diarizedFields(transcript: Transcript): LongWork<JsonObject> {
  const nameOf = createSpeakerNames();
  const segments = yield* mapWork(transcript.segments ?? [], (segment, index) =>
    diarizedSegment(segmentId(index), segment, speakerOrUnknown(nameOf, segment.speaker)),
  );
  return { duration: toSeconds(durationOf(transcript)), segments };
}

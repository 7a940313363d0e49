import { needsOf, TranscriptionError } from "@earshot/core";
import type { JsonObject, Segment, TokenLogprob, Transcript, TranscriptEvent } from "@earshot/core";
import { closingFields, jsonFields, logprobsBody } from "./answer-fields.ts";
import { completeTranscript } from "./complete-transcript.ts";
import { diarizedFields, diarizedSegment, segmentId, speakerOrUnknown } from "./diarized-fields.ts";
import { toErrorBody } from "./error-body.ts";
import { toJsonText } from "./json-text.ts";
import { renderSubtitles } from "./render-transcript.ts";
import type { RenderOptions } from "./render-transcript.ts";
import { createSpeakerNames } from "./speaker-names.ts";
import { verboseFields } from "./verbose-fields.ts";

/** Both lines, since some clients read the event's name from the one and some from the other. */
const frame = (event: string, data: JsonObject): string =>
  `event: ${event}\ndata: ${toJsonText(data)}\n\n`;

const eventFrame = (data: JsonObject & { readonly type: string }): string => frame(data.type, data);

interface Delta {
  readonly text: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly segmentId?: string;
}

const deltaFrame = ({ text, logprobs, segmentId: id }: Delta): string =>
  eventFrame({
    type: "transcript.text.delta",
    delta: text,
    ...(logprobs === undefined ? {} : { logprobs: logprobsBody(logprobs) }),
    ...(id === undefined ? {} : { segment_id: id }),
  });

const hasTimes = ({ segments = [], words = [] }: Transcript): boolean =>
  segments.length + words.length > 0;

/** What the asked format holds beyond OpenAI's event, so that streaming loses nothing. */
const formatFields = (transcript: Transcript, options: RenderOptions): JsonObject => {
  const { responseFormat, task = "transcribe", timestampGranularities = [] } = options;
  switch (responseFormat) {
    case "json":
    case "text":
      return {};
    case "verbose_json":
      return verboseFields(transcript, task, timestampGranularities);
    case "diarized_json":
      return diarizedFields(transcript);
    case "srt":
    case "vtt":
      return hasTimes(transcript) || transcript.text === ""
        ? { [responseFormat]: renderSubtitles(transcript, responseFormat, options.cues) }
        : {};
  }
};

const completed = (transcript: Transcript, options: RenderOptions): Transcript => {
  const { responseFormat, timestampGranularities = [] } = options;
  const needs = needsOf({ responseFormat, timestampGranularities, diarize: false });
  return completeTranscript(transcript, needs, { dropUnsupported: true });
};

interface StreamState {
  sentDelta: boolean;
  sentSegments: number;
}

const createFrames = (options: RenderOptions): ((event: TranscriptEvent) => readonly string[]) => {
  const state: StreamState = { sentDelta: false, sentSegments: 0 };
  const nameOf = createSpeakerNames();

  const segmentFrames = (segment: Segment, id: string): readonly string[] => {
    if (options.responseFormat !== "diarized_json") return [];
    state.sentSegments += 1;
    const speaker = speakerOrUnknown(nameOf, segment.speaker);
    return [frame("transcript.text.segment", diarizedSegment(id, segment, speaker))];
  };

  const doneFrames = (transcript: Transcript): readonly string[] => {
    const { text } = transcript;
    const delta = state.sentDelta || text === "" ? [] : [deltaFrame({ text })];
    const segments = state.sentSegments > 0 ? [] : (transcript.segments ?? []);
    const done = eventFrame({
      type: "transcript.text.done",
      text,
      ...jsonFields(transcript),
      ...formatFields(transcript, options),
      ...closingFields(transcript),
    });
    const late = segments.flatMap((segment, index) => segmentFrames(segment, segmentId(index)));
    return [...delta, ...late, done];
  };

  return (event) => {
    switch (event.type) {
      case "delta":
        if (event.text === "") return [];
        state.sentDelta = true;
        return [deltaFrame(event)];
      case "segment":
        return segmentFrames(event.segment, event.id);
      case "done":
        return doneFrames(completed(event.transcript, options));
    }
  };
};

const errorFrame = (error: unknown): string => {
  const known = TranscriptionError.is(error)
    ? error
    : new TranscriptionError("internal", "The stream broke off because of an internal error.");
  return frame("error", toErrorBody(known).body);
};

/**
 * OpenAI's server-sent events, one string a frame, for a body of type `text/event-stream`. Every
 * format streams the same events; only `diarized_json` has segment events. A source that yields
 * nothing but `done` gets its whole text as one delta. The last event also carries what the format
 * asked for beyond text: the fields of `verbose_json` or `diarized_json`, or the whole subtitle
 * document as `srt` or `vtt`; what the provider lacks is named in its `warnings`. Never throws: an
 * error of the source, or its end before `done`, becomes a last frame `event: error`.
 */
export async function* renderEvents(
  events: AsyncIterable<TranscriptEvent>,
  options: RenderOptions,
): AsyncGenerator<string, void, undefined> {
  const framesOf = createFrames(options);
  try {
    for await (const event of events) {
      yield* framesOf(event);
      if (event.type === "done") return;
    }
    throw new TranscriptionError("bad_response", "The provider's stream ended before it was done.");
  } catch (error) {
    yield errorFrame(error);
  }
}

import { doAtOnce, doInTurns, giveWay, isPause, needsOf, TranscriptionError } from "@earshot/core";
import type { JsonObject, LongWork, Segment, Transcript, TranscriptEvent } from "@earshot/core";
import {
  closingFields,
  diarizedFields,
  diarizedSegment,
  jsonFields,
  logprobsBody,
  segmentId,
  verboseFields,
} from "./answer-fields.ts";
import { completionWork } from "./complete-transcript.ts";
import { toErrorBody } from "./error-body.ts";
import { jsonTextWork, toJsonText } from "./json-text.ts";
import { isLongTranscript } from "./long-transcript.ts";
import { renderSubtitles } from "./render-transcript.ts";
import type { RenderOptions } from "./render-transcript.ts";
import { createSpeakerNames } from "./speaker-names.ts";

/** Both lines, since some clients read the event's name from the one and some from the other. */
const frame = (event: string, data: JsonObject): string =>
  `event: ${event}\ndata: ${toJsonText(data)}\n\n`;

const eventFrame = (data: JsonObject & { readonly type: string }): string => frame(data.type, data);

type Delta = Omit<Extract<TranscriptEvent, { type: "delta" }>, "type">;

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
function* formatFields(transcript: Transcript, options: RenderOptions): LongWork<JsonObject> {
  const { responseFormat, task = "transcribe", timestampGranularities = [] } = options;
  switch (responseFormat) {
    case "json":
    case "text":
      return {};
    case "verbose_json":
      return yield* verboseFields(transcript, task, timestampGranularities);
    case "diarized_json":
      return yield* diarizedFields(transcript);
    case "srt":
    case "vtt":
      return hasTimes(transcript) || transcript.text === ""
        ? { [responseFormat]: yield* renderSubtitles(transcript, responseFormat, options.cues) }
        : {};
  }
}

const completed = (transcript: Transcript, options: RenderOptions): LongWork<Transcript> => {
  const { responseFormat, timestampGranularities = [] } = options;
  const needs = needsOf({ responseFormat, timestampGranularities, diarize: false });
  return completionWork(transcript, needs, { dropUnsupported: true });
};

type DoneEvent = Extract<TranscriptEvent, { type: "done" }>;

interface Frames {
  readonly of: (event: Exclude<TranscriptEvent, DoneEvent>) => readonly string[];
  readonly atEnd: (transcript: Transcript) => LongWork<readonly string[]>;
}

const createFrames = (options: RenderOptions): Frames => {
  let sentDelta = false;
  let sentSegments = 0;
  const nameOf = createSpeakerNames();

  const segmentFrames = (segment: Segment, id: string): readonly string[] => {
    if (options.responseFormat !== "diarized_json") return [];
    sentSegments += 1;
    return [frame("transcript.text.segment", diarizedSegment(id, segment, nameOf))];
  };

  const atEnd = function* atEnd(answered: Transcript): LongWork<readonly string[]> {
    const transcript = yield* completed(answered, options);
    const { text } = transcript;
    const delta = sentDelta || text === "" ? [] : [deltaFrame({ text })];
    const segments = sentSegments > 0 ? [] : (transcript.segments ?? []);
    const type = "transcript.text.done";
    const done = yield* jsonTextWork({
      type,
      text,
      ...(yield* jsonFields(transcript)),
      ...(yield* formatFields(transcript, options)),
      ...closingFields(transcript),
    });
    const frames = [...delta];
    for (const [index, segment] of segments.entries()) {
      if (isPause(index)) yield;
      frames.push(...segmentFrames(segment, segmentId(index)));
    }
    return [...frames, `event: ${type}\ndata: ${done}\n\n`];
  };

  return {
    of: (event) => {
      if (event.type === "segment") return segmentFrames(event.segment, event.id);
      if (event.text === "") return [];
      sentDelta = true;
      return [deltaFrame(event)];
    },
    atEnd,
  };
};

/** Long transcripts give way while they are rendered, and while their many frames go out. */
async function* lastFrames(
  transcript: Transcript,
  frames: Frames,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const work = frames.atEnd(transcript);
  if (!isLongTranscript(transcript)) return yield* doAtOnce(work);
  let count = 0;
  for (const one of await doInTurns(work, signal)) {
    if (isPause(count)) await giveWay(signal);
    count += 1;
    yield one;
  }
}

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
 * error of the source, or its end before `done`, becomes a last frame `event: error`. A long
 * transcript gives way to others while it is rendered, and is given up once the signal has fired.
 */
export async function* renderEvents(
  events: AsyncIterable<TranscriptEvent>,
  options: RenderOptions,
  signal?: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const frames = createFrames(options);
  try {
    for await (const event of events) {
      if (event.type === "done") return yield* lastFrames(event.transcript, frames, signal);
      yield* frames.of(event);
    }
    throw new TranscriptionError("bad_response", "The provider's stream ended before it was done.");
  } catch (error) {
    yield errorFrame(error);
  }
}

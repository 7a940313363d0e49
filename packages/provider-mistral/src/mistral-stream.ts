import { TranscriptionError } from "@earshot/core";
import type { LongWork, TranscriptEvent } from "@earshot/core";
import {
  asString,
  createStreamJudge,
  endedEarly,
  finishReading,
  isLongBody,
  readAnswerWork,
  readJsonEvents,
} from "@earshot/provider-kit";
import type { JsonEvent } from "@earshot/provider-kit";
import { fromMistralResponse, toMistralError, toMistralSegment } from "./from-mistral-response.ts";
import type { MistralReading } from "./from-mistral-response.ts";

/** A streamed answer and how to read it. */
export interface MistralStream extends MistralReading {
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the reading of a long answer. */
  readonly signal?: AbortSignal;
}

/** More are read in turns with other work. */
const SHORT_SEGMENTS = 2000;

type Fields = Readonly<Record<string, unknown>>;

/** What has arrived so far. */
interface Progress {
  readonly text: string;
  /** As they came; the list grows with the stream. */
  readonly segments: Fields[];
  readonly language: string | undefined;
}

interface Step {
  readonly progress: Progress;
  readonly events: readonly TranscriptEvent[];
}

const start = (): Progress => ({ text: "", segments: [], language: undefined });

const onDelta = (progress: Progress, frame: Fields, { provider }: MistralReading): Step => {
  const piece = frame["text"];
  if (typeof piece !== "string")
    throw new TranscriptionError(
      "bad_response",
      `The stream of ${provider} holds a piece that is no text.`,
      { provider },
    );
  // The first words come with a space in front of them.
  const text = progress.text === "" ? piece.trimStart() : piece;
  if (text === "") return { progress, events: [] };
  return {
    progress: { ...progress, text: progress.text + text },
    events: [{ type: "delta", text }],
  };
};

const onSegment = (progress: Progress, frame: Fields, reading: MistralReading): Step => {
  const segment = toMistralSegment(frame, reading.request.diarize);
  const id = String(progress.segments.length);
  progress.segments.push(frame);
  if (segment === undefined || reading.granularity !== "segment") return { progress, events: [] };
  return { progress, events: [{ type: "segment", id, segment }] };
};

function* onDone(
  progress: Progress,
  frame: Fields,
  reading: MistralReading,
): LongWork<readonly TranscriptEvent[]> {
  const given = frame["text"];
  const isLacking = given === undefined || given === null || given === "";
  const listed = frame["segments"];
  const answer = {
    ...frame,
    // Nothing was said in pieces either where there is no text at all.
    text: isLacking && progress.text !== "" ? progress.text : given,
    language: asString(frame["language"]) ?? progress.language,
    segments: Array.isArray(listed) && listed.length > 0 ? listed : progress.segments,
  };
  const { provider, secrets = [] } = reading;
  const read = yield* readAnswerWork({ provider, secrets }, () =>
    fromMistralResponse(answer, reading),
  );
  const transcript = { ...read, raw: frame };
  const missed = progress.text === "" && transcript.text !== "";
  return [
    ...(missed ? [{ type: "delta", text: transcript.text } as const] : []),
    { type: "done", transcript },
  ];
}

const step = (progress: Progress, frame: Fields, reading: MistralReading): Step => {
  switch (frame["type"]) {
    case "transcription.text.delta":
      return onDelta(progress, frame, reading);
    case "transcription.segment":
      return onSegment(progress, frame, reading);
    case "transcription.language": {
      const language = asString(frame["audio_language"]) ?? progress.language;
      return { progress: { ...progress, language }, events: [] };
    }
    default:
      return { progress, events: [] };
  }
};

/**
 * Reads Mistral's events, which are not OpenAI's. Throws `network` when the stream ends before the
 * transcript does, `bad_response` for what is no event, and the classified error when Mistral reports
 * one after its success status.
 *
 * @see https://docs.mistral.ai/studio/audio/speech-to-text/transcribe-files
 */
export async function* readMistralStream(
  stream: MistralStream,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const { body, provider, secrets = [], signal } = stream;
  const judge = createStreamJudge({ provider, secrets });
  const toError = ({ fields }: JsonEvent): TranscriptionError =>
    toMistralError(fields, stream, 500);
  let progress = start();
  for await (const event of readJsonEvents(body, { provider, secrets, toError })) {
    const frame: Fields = { type: event.event, ...event.fields };
    if (frame["type"] === "transcription.done") {
      const work = onDone(progress, frame, stream);
      const isLong = isLongBody(event.data) || progress.segments.length > SHORT_SEGMENTS;
      yield* judge(await finishReading(work, isLong, signal));
      return;
    }
    const next = step(progress, frame, stream);
    progress = next.progress;
    yield* judge(next.events);
  }
  throw endedEarly(provider);
}

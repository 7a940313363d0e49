import { TranscriptionError } from "@earshot/core";
import type { TranscriptEvent } from "@earshot/core";
import {
  asNumber,
  asRecord,
  asString,
  parseJson,
  readServerSentEvents,
} from "@earshot/provider-kit";
import { classifyMistralError } from "./classify-mistral-error.ts";
import { fromMistralAnswer, toMistralSegment } from "./from-mistral-response.ts";
import type { MistralReading } from "./from-mistral-response.ts";

/** A streamed answer and how to read it. */
export interface MistralStream extends MistralReading {
  readonly body: AsyncIterable<Uint8Array>;
  /** Values that must not appear in a message. */
  readonly secrets: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** What has arrived so far. */
interface Progress {
  readonly text: string;
  /** As they came. */
  readonly segments: readonly Fields[];
  readonly language: string | undefined;
}

interface Step {
  readonly progress: Progress;
  readonly events: readonly TranscriptEvent[];
}

const START: Progress = { text: "", segments: [], language: undefined };

const onDelta = (progress: Progress, frame: Fields): Step => {
  const piece = asString(frame["text"]) ?? "";
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
  const known = { ...progress, segments: [...progress.segments, frame] };
  if (segment === undefined || reading.granularity !== "segment")
    return { progress: known, events: [] };
  return {
    progress: known,
    events: [{ type: "segment", id: String(progress.segments.length), segment }],
  };
};

const onDone = (
  progress: Progress,
  frame: Fields,
  reading: MistralReading,
): readonly TranscriptEvent[] => {
  const given = asString(frame["text"]) ?? "";
  const listed = frame["segments"];
  const answer = {
    ...frame,
    text: given.trim() === "" ? progress.text : given,
    language: asString(frame["language"]) ?? progress.language,
    segments: Array.isArray(listed) && listed.length > 0 ? listed : progress.segments,
  };
  const transcript = { ...fromMistralAnswer(answer, reading), raw: frame };
  const missed = progress.text === "" && transcript.text !== "";
  return [
    ...(missed ? [{ type: "delta", text: transcript.text } as const] : []),
    { type: "done", transcript },
  ];
};

const step = (progress: Progress, frame: Fields, reading: MistralReading): Step => {
  switch (frame["type"]) {
    case "transcription.text.delta":
      return onDelta(progress, frame);
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

const reportsError = (event: string | undefined, frame: Fields): boolean =>
  event === "error" ||
  frame["object"] === "error" ||
  frame["type"] === "error" ||
  asRecord(frame["error"]) !== undefined;

/** An error behind a success status; a status of its own may be in it. */
const toError = (frame: Fields, { provider, secrets }: MistralStream): TranscriptionError => {
  const inner = asRecord(frame["error"]) ?? frame;
  const status = asNumber(inner["raw_status_code"] ?? inner["code"]) ?? 0;
  return classifyMistralError({
    provider,
    status: status >= 400 && status < 600 ? status : 500,
    header: () => undefined,
    bodyText: JSON.stringify(inner),
    now: 0,
    secrets,
  });
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
  const { provider } = stream;
  let progress = START;
  for await (const { event, data } of readServerSentEvents(stream.body)) {
    if (data.trim() === "[DONE]") break;
    const parsed = asRecord(parseJson(data, provider)) ?? {};
    const frame: Fields = { type: event, ...parsed };
    if (reportsError(event, parsed)) throw toError(parsed, stream);
    if (frame["type"] === "transcription.done") {
      yield* onDone(progress, frame, stream);
      return;
    }
    const next = step(progress, frame, stream);
    progress = next.progress;
    yield* next.events;
  }
  throw new TranscriptionError(
    "network",
    `The stream of ${provider} ended before the transcript was complete.`,
    { provider },
  );
}

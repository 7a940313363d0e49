import { doAtOnce, TranscriptionError } from "@earshot/core";
import type { LongWork, Transcript, TranscriptEvent, Warning } from "@earshot/core";
import {
  asArray,
  asNumber,
  asRecord,
  asString,
  createStreamJudge,
  endedEarly,
  finishReading,
  isLongBody,
  readAnswerWork,
  readJsonEvents,
  toEmbeddedError,
} from "@earshot/provider-kit";
import type { JsonEvent } from "@earshot/provider-kit";
import { jsonAnswerWork, toLogprobs } from "./json-answer.ts";
import { toSegment } from "./timed-answer.ts";
import type { AnswerFields } from "./timed-answer.ts";

/** A streamed answer and what belongs on the transcript at its end. */
export interface OpenaiStream {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly warnings?: readonly Warning[];
  readonly requestId?: string | undefined;
  /** Values that must not appear in a message. */
  readonly secrets?: readonly string[];
  /** Ends the reading of a long answer. */
  readonly signal?: AbortSignal | undefined;
}

/** More are read in turns with other work. */
const SHORT_SEGMENTS = 2000;

type DeltaEvent = Extract<TranscriptEvent, { type: "delta" }>;

/** What has arrived so far. */
interface Progress {
  readonly text: string;
  /** As they came; the list grows with the stream. */
  readonly segments: AnswerFields[];
  readonly usage: unknown;
  /** True once a choice as of chat completions came: those streams end with `[DONE]` alone. */
  readonly chatLike: boolean;
}

interface Step {
  readonly progress: Progress;
  readonly events: readonly TranscriptEvent[];
}

const start = (): Progress => ({ text: "", segments: [], usage: undefined, chatLike: false });

const bad = (provider: string, problem: string): TranscriptionError =>
  new TranscriptionError("bad_response", `The stream of ${provider} ${problem}.`, { provider });

const brokenOff = (provider: string): TranscriptionError =>
  new TranscriptionError("provider_error", `${provider} gave up before the end of the text.`, {
    provider,
  });

/** The text of a piece; undefined stands for a piece without one, anything else for no text at all. */
const pieceOf = (value: unknown, provider: string): string => {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw bad(provider, "holds a piece that is no text");
};

const toDelta = (progress: Progress, text: string, details: Partial<DeltaEvent>): Step => {
  // Whisper puts a space in front of its first word.
  const shown = progress.text === "" ? text.trimStart() : text;
  if (shown === "") return { progress, events: [] };
  return {
    progress: { ...progress, text: progress.text + shown },
    events: [{ ...details, type: "delta", text: shown }],
  };
};

const onDelta = (progress: Progress, frame: AnswerFields, provider: string): Step => {
  const logprobs = doAtOnce(toLogprobs(frame["logprobs"]));
  const segmentId = asString(frame["segment_id"]);
  // Pieces have no other purpose than their text.
  if (frame["delta"] === null) throw bad(provider, "holds a piece that is no text");
  return toDelta(progress, pieceOf(frame["delta"], provider), { logprobs, segmentId });
};

const onSegment = (progress: Progress, frame: AnswerFields): Step => {
  const segment = toSegment(frame);
  if (segment === undefined) return { progress, events: [] };
  const number = asNumber(frame["id"]);
  const id = asString(frame["id"]) ?? String(number ?? progress.segments.length);
  progress.segments.push(frame);
  return { progress, events: [{ type: "segment", id, segment }] };
};

/** vLLM streams transcriptions in the shape of chat completions. */
const onChunk = (progress: Progress, frame: AnswerFields, provider: string): Step => {
  const choice = asRecord(asArray(frame["choices"])[0]);
  const text = pieceOf(asRecord(choice?.["delta"])?.["content"], provider);
  const reason = asString(choice?.["finish_reason"]) ?? "";
  if (/^(?:error|abort)$/u.test(reason)) throw brokenOff(provider);
  const usage = frame["usage"] ?? progress.usage;
  const chatLike = progress.chatLike || choice !== undefined;
  return toDelta({ ...progress, usage, chatLike }, text, {});
};

function* toTranscript(
  stream: OpenaiStream,
  progress: Progress,
  frame: AnswerFields,
): LongWork<Transcript> {
  const { provider, warnings = [], requestId } = stream;
  const given = pieceOf(frame["text"], provider);
  // speaches ends with an empty text after it has sent all of it in pieces.
  const text = given.trim() === "" ? progress.text : given;
  const answer: AnswerFields = { usage: progress.usage, ...frame, text };
  if (progress.segments.length > 0) answer["segments"] ??= progress.segments;
  const whole = yield* jsonAnswerWork(answer);
  // Text that was streamed with labels keeps them: deltas and transcript say the same.
  const isStreamed = text.trim() === progress.text.trim();
  return {
    ...whole,
    text: whole === undefined || isStreamed ? text.trim() : whole.text,
    warnings,
    raw: frame,
    requestId,
  };
}

function* finish(
  stream: OpenaiStream,
  progress: Progress,
  frame: AnswerFields = {},
): LongWork<readonly TranscriptEvent[]> {
  const { provider, secrets = [] } = stream;
  const transcript = yield* readAnswerWork({ provider, secrets }, () =>
    toTranscript(stream, progress, frame),
  );
  const { text } = transcript;
  const told = frame["text"] !== undefined && frame["text"] !== null;
  if (text === "" && !told && !progress.chatLike) throw bad(provider, "ended without a text");
  // Some servers only tell the text at the end, diarizing ones only in segments.
  const missed = progress.text === "" && text !== "";
  return [...(missed ? [{ type: "delta", text } as const] : []), { type: "done", transcript }];
}

const step = (progress: Progress, frame: AnswerFields, provider: string): Step => {
  if (frame["type"] === "transcript.text.delta") return onDelta(progress, frame, provider);
  if (frame["type"] === "transcript.text.segment") return onSegment(progress, frame);
  if (Array.isArray(frame["choices"])) return onChunk(progress, frame, provider);
  return { progress, events: [] };
};

/**
 * Reads a stream of OpenAI's transcript events, or of chat-like chunks. The text of the deltas is
 * the text of the transcript, without space at its start. Throws `network` when the stream ends
 * before the transcript does, `bad_response` for what is no event, and the classified error when the
 * server reports one after its success status.
 */
export async function* readOpenaiStream(
  stream: OpenaiStream,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const { provider, secrets = [], signal } = stream;
  const judge = createStreamJudge({ provider, secrets });
  const toError = ({ fields, data }: JsonEvent): TranscriptionError =>
    toEmbeddedError(fields, { provider, bodyText: data, status: 500, secrets });
  let progress = start();
  for await (const { fields, data } of readJsonEvents(stream.body, {
    provider,
    secrets,
    toError,
  })) {
    if (fields["type"] === "transcript.text.done") {
      const work = finish(stream, progress, fields);
      const isLong = isLongBody(data) || progress.segments.length > SHORT_SEGMENTS;
      yield* judge(await finishReading(work, isLong, signal));
      return;
    }
    const next = step(progress, fields, provider);
    progress = next.progress;
    yield* judge(next.events);
  }
  if (!progress.chatLike) throw endedEarly(provider);
  yield* judge(doAtOnce(finish(stream, progress)));
}

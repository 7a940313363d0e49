import { parseJson, TranscriptionError } from "@earshot/core";
import type { HttpResponse, ProviderContext, Transcript, TranscriptEvent } from "@earshot/core";
import { openStream, readAnswerText } from "./call-provider.ts";
import type { ProviderCall } from "./call-provider.ts";
import { holdsSecret, unspeakableIn } from "./call-secrets.ts";
import { reportsError } from "./embedded-error.ts";
import { asRecord } from "./loose-readers.ts";
import { holdsControl, isDocument, isGarbled } from "./plausible-text.ts";
import type { AnswerSource } from "./read-answer.ts";
import { readJson } from "./read-body.ts";
import { isHeartbeat, readServerSentEvents } from "./server-sent-events.ts";

/** What says nothing: servers that forget to name their events call them so. */
const VAGUE_TYPE = /^(?:text\/plain|application\/octet-stream|)$/u;
const EVENTS_START = /^\s*(?::|(?:event|id|retry):|data: ?[{[])/u;
/** A field's name and its colon. */
const FIRST_CHARACTERS = 8;
const FIRST_BYTES = 4096;

type Body = HttpResponse["body"];

/** The pieces that were read already, then the rest. */
const putBack = (pieces: Uint8Array[], iterator: AsyncIterator<Uint8Array>): Body => ({
  [Symbol.asyncIterator]: () => ({
    next: () => {
      const value = pieces.shift();
      return value === undefined ? iterator.next() : Promise.resolve({ done: false, value });
    },
    return: async () => {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  }),
});

/**
 * Whether an answer is an event stream, by its type or, where that says nothing, by its first
 * characters; the body is to be read in place of the answer's. Rejects with what the transport rejects with.
 */
export async function recogniseEvents(
  response: HttpResponse,
): Promise<{ readonly isEvents: boolean; readonly body: Body }> {
  const type = (response.header("content-type") ?? "").toLowerCase();
  if (type.includes("text/event-stream")) return { isEvents: true, body: response.body };
  if (!VAGUE_TYPE.test((type.split(";")[0] ?? "").trim()))
    return { isEvents: false, body: response.body };
  const iterator = response.body[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  const pieces: Uint8Array[] = [];
  let start = "";
  for (let sizeBytes = 0; sizeBytes < FIRST_BYTES && start.trimStart().length < FIRST_CHARACTERS;) {
    const next = await iterator.next();
    if (next.done === true) break;
    pieces.push(next.value);
    sizeBytes += next.value.byteLength;
    start += decoder.decode(next.value, { stream: true });
  }
  return { isEvents: EVENTS_START.test(start), body: putBack(pieces, iterator) };
}

/** The call that a request becomes, and how its answer is read. */
export interface Exchange {
  readonly source: ProviderCall;
  readonly readEvents: (response: HttpResponse) => AsyncIterable<TranscriptEvent>;
  /** For an answer in one piece, as servers and models give it that cannot stream. */
  readonly readWhole: (response: HttpResponse, body: string) => Promise<Transcript>;
}

/**
 * Sends the call and yields the events of its answer; one that came in one piece becomes a delta and
 * the end. Rejects as `callProvider` does, and with what reading throws.
 */
export async function* streamProvider(
  context: ProviderContext,
  { source, readEvents, readWhole }: Exchange,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const opened = await openStream(context, source);
  const { isEvents, body } = await recogniseEvents(opened);
  const response = { ...opened, body };
  if (isEvents) {
    yield* readEvents(response);
    return;
  }
  const transcript = await readWhole(response, await readAnswerText(response, source));
  if (transcript.text !== "") yield { type: "delta", text: transcript.text };
  yield { type: "done", transcript };
}

/** The fields of one event, and its data as it came. */
export interface JsonEvent {
  readonly event: string | undefined;
  readonly fields: Record<string, unknown>;
  readonly data: string;
}

/** Who streams, and how its errors are read. */
export interface JsonEventSource {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly secrets?: readonly string[] | undefined;
  /** The error that an event reports; its fields are none where its data is no JSON. */
  readonly toError: (event: JsonEvent) => TranscriptionError;
}

/** The error for a stream that is over and had no transcript at its end. */
export const endedEarly = (provider: string): TranscriptionError =>
  new TranscriptionError(
    "network",
    `The stream of ${provider} ended before the transcript was complete.`,
    { provider },
  );

/**
 * The events of a stream whose data are JSON objects, up to `[DONE]`; heartbeats are left out. Throws
 * the error that an event reports, `bad_response` for what is no object or repeats a secret, and
 * `network` at an end without `[DONE]`: who has had the last event does not read on.
 */
export async function* readJsonEvents(
  body: AsyncIterable<Uint8Array>,
  { provider, secrets = [], toError }: JsonEventSource,
): AsyncGenerator<JsonEvent, void, undefined> {
  const bad = (problem: string): TranscriptionError =>
    new TranscriptionError("bad_response", `The stream of ${provider} ${problem}.`, { provider });
  for await (const { event, data } of readServerSentEvents(body, provider)) {
    if (isHeartbeat({ event, data })) continue;
    if (data.trim() === "[DONE]") return;
    const isError = event === "error";
    const fields = asRecord(isError ? parseJson(data) : readJson(data, provider));
    if (isError || (fields !== undefined && reportsError(fields)))
      throw toError({ event, fields: fields ?? {}, data });
    if (fields === undefined) throw bad("holds an event that is no object");
    if (holdsSecret(data, secrets)) throw bad("repeats the key of the call");
    yield { event, fields, data };
  }
  throw endedEarly(provider);
}

const DOCUMENT_STARTS = ["<!doctype ", "<html ", "<html>", "<?xml "];
/** In the middle of speech, one tag is not yet a page. */
const PAGE = /^\s{0,100}<(?:!doctype\s+html|html[^<>]{0,200}>\s{0,100}<(?:head|body|title))/iu;
/** Shorter beginnings of a secret are shown: nothing waits for what may be a word. */
const HEAD_CHARACTERS = 8;
/** A character that is broken is one of many, or not alone for long. */
const RECENT_CHARACTERS = 100;

const mayBeginDocument = (text: string): boolean => {
  const start = text.trimStart().slice(0, 12).toLowerCase();
  return start !== "" && DOCUMENT_STARTS.some((whole) => whole.startsWith(start));
};

const mayBeginSecret = (text: string, spelling: string): boolean => {
  const at = text.lastIndexOf(spelling.slice(0, HEAD_CHARACTERS));
  return at >= 0 && spelling.startsWith(text.slice(at));
};

/** Looks at what was said lately; true when only the next piece decides whether it may be shown. */
const createDoubt = (
  spellings: readonly string[],
  refuse: (problem: string) => TranscriptionError,
): ((piece: string) => boolean) => {
  const kept = Math.max(RECENT_CHARACTERS, ...spellings.map(({ length }) => length));
  let recent = "";
  let isBeginning = true;
  return (piece) => {
    const text = recent + piece;
    recent = text.length > kept ? text.slice(-kept) : text;
    if (isBeginning ? isDocument(text) : PAGE.test(piece))
      throw refuse("a web page in place of a text");
    if (spellings.some((spelling) => text.includes(spelling))) throw refuse("the key of the call");
    const isBroken = isGarbled(recent);
    if (isBroken && (holdsControl(recent) || recent.length >= RECENT_CHARACTERS))
      throw refuse("binary data in place of a text");
    isBeginning &&= mayBeginDocument(text);
    return isBeginning || isBroken || spellings.some((each) => mayBeginSecret(recent, each));
  };
};

/**
 * Judges the events of a stream before anybody sees them, and answers with those that may be shown by
 * now: what could become a page, a broken text or a secret of the call waits for the next piece. Throws
 * `bad_response` for what has become one. The transcript at the end was judged by `readAnswer`.
 */
export function createStreamJudge({
  provider,
  secrets = [],
}: AnswerSource): (events: readonly TranscriptEvent[]) => readonly TranscriptEvent[] {
  const refuse = (problem: string): TranscriptionError =>
    new TranscriptionError("bad_response", `The stream of ${provider} holds ${problem}.`, {
      provider,
    });
  const isDoubtful = createDoubt(unspeakableIn(secrets), refuse);
  let waiting: TranscriptEvent[] = [];
  const isHeld = (event: TranscriptEvent, before: boolean): boolean => {
    if (event.type === "delta") return isDoubtful(event.text);
    if (event.type === "done") return false;
    const { text } = event.segment;
    if (isDocument(text)) throw refuse("a web page in place of a text");
    if (isGarbled(text)) throw refuse("binary data in place of a text");
    return before;
  };
  let holds = false;
  return (events) => {
    for (const event of events) holds = isHeld(event, holds);
    if (!holds && waiting.length === 0) return events;
    waiting.push(...events);
    if (holds) return [];
    const shown = waiting;
    waiting = [];
    return shown;
  };
}

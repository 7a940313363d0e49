import { TranscriptionError } from "@earshot/core";

/** One event of a stream; `event` is undefined when the server did not name it. */
export interface ServerSentEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/** The last event repeats the whole text, with its times and probabilities. */
const MAXIMUM_EVENT_CHARACTERS = 4 * 1024 * 1024;
/** Ten hours of speech in events for each token of it, in the wordiest dialect. */
const MAXIMUM_STREAM_BYTES = 64 * 1024 * 1024;

type Refuse = (problem: string) => TranscriptionError;

/** What servers send to keep a connection open, under such a name or as such a word. */
const HEARTBEAT = /^\W{0,3}(?:ping|keep-?_?alive|heart-?_?beat)\W{0,3}$/iu;

/** True for an event that only keeps the connection open: one without data, or `ping` in no JSON. */
export const isHeartbeat = ({ event = "", data }: ServerSentEvent): boolean => {
  if (data.trim() === "") return event !== "error";
  return HEARTBEAT.test(data) || (HEARTBEAT.test(event) && !/^\s*\{/u.test(data));
};

/** What the lines of an event stream begin with. */
const FIELD = /^(?::|(?:data|event|id|retry)(?::|$))/u;

/** Cuts text that arrives in pieces into lines that end in LF, CRLF or CR. */
const createLineCutter = (
  bad: Refuse,
): { push(piece: string): readonly string[]; end(): string } => {
  let pieces: string[] = [];
  let size = 0;
  const take = (): string => {
    const text = pieces.join("");
    pieces = [];
    size = 0;
    return text;
  };
  const keep = (piece: string): void => {
    if (piece === "") return;
    pieces.push(piece);
    size += piece.length;
    if (size <= MAXIMUM_EVENT_CHARACTERS) return;
    throw bad("holds an endless line");
  };
  let endedInReturn = false;
  const push = (given: string): readonly string[] => {
    // A line that ends in CR is told at once; the second half of a CRLF may follow in the next piece.
    const piece = endedInReturn && given.startsWith("\n") ? given.slice(1) : given;
    if (given !== "") endedInReturn = given.endsWith("\r");
    if (!/[\r\n]/u.test(piece)) {
      keep(piece);
      return [];
    }
    const lines = (take() + piece).split(/\r\n|\r|\n/u);
    keep(lines.pop() ?? "");
    return lines;
  };
  return { push, end: take };
};

/** Gathers lines into events; an empty line ends one. */
const createEventGatherer = (bad: Refuse): ((line: string) => ServerSentEvent | undefined) => {
  let event: string | undefined;
  let data: string[] = [];
  let size = 0;
  const finish = (): ServerSentEvent | undefined => {
    const finished = data.length === 0 ? undefined : { event, data: data.join("\n") };
    event = undefined;
    data = [];
    size = 0;
    return finished;
  };
  return (line) => {
    if (line === "") return finish();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /u, "");
    if (field === "data") {
      size += value.length + 1;
      if (size > MAXIMUM_EVENT_CHARACTERS) throw bad("holds an endless event");
      data.push(value);
    }
    if (field === "event") event = value === "" ? undefined : value;
    return undefined;
  };
};

/**
 * The events of a `text/event-stream` body, whatever the pieces it arrives in. Comments and events
 * without data are skipped; an event that only lacks its empty line at the end of the body counts.
 * Throws `bad_response` for what is no event stream, an event of over 4 MiB and a stream of over 64 MiB;
 * the provider is named in its message.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* readServerSentEvents(
  body: AsyncIterable<Uint8Array>,
  provider?: string,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const bad: Refuse = (problem) =>
    new TranscriptionError(
      "bad_response",
      `The event stream of ${provider ?? "the provider"} ${problem}.`,
      { provider },
    );
  const decoder = new TextDecoder();
  const cutter = createLineCutter(bad);
  const gather = createEventGatherer(bad);
  let sizeBytes = 0;
  let isForeign: boolean | undefined;
  const read = (line: string): readonly ServerSentEvent[] => {
    if (isForeign !== false && line.trim() !== "") isForeign = !FIELD.test(line);
    const finished = gather(line);
    return finished === undefined ? [] : [finished];
  };
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAXIMUM_STREAM_BYTES) throw bad("does not end");
    for (const line of cutter.push(decoder.decode(chunk, { stream: true }))) yield* read(line);
  }
  const rest = (cutter.end() + decoder.decode()).split(/\r\n|\r|\n/u);
  for (const line of [...rest, ""]) yield* read(line);
  if (isForeign === true) throw bad("holds no events but something else");
}

import { TranscriptionError } from "@earshot/core";

/** One event of a stream; `event` is undefined when the server did not name it. */
export interface ServerSentEvent {
  readonly event: string | undefined;
  readonly data: string;
}

const MAXIMUM_EVENT_CHARACTERS = 16 * 1024 * 1024;

/** Cuts text that arrives in pieces into lines that end in LF, CRLF or CR. */
const createLineCutter = (): { push(piece: string): readonly string[]; end(): string } => {
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
    throw new TranscriptionError(
      "bad_response",
      "The provider's event stream holds an endless line.",
    );
  };
  const push = (piece: string): readonly string[] => {
    // A CR at the end of the last piece may be the first half of a CRLF.
    const halfEnded = pieces.at(-1)?.endsWith("\r") === true;
    if (!halfEnded && !/[\r\n]/u.test(piece)) {
      keep(piece);
      return [];
    }
    keep(piece);
    const text = take();
    const heldBack = text.endsWith("\r") ? "\r" : "";
    const lines = (heldBack === "" ? text : text.slice(0, -1)).split(/\r\n|\r|\n/u);
    keep(`${lines.pop() ?? ""}${heldBack}`);
    return lines;
  };
  return { push, end: take };
};

/** Gathers lines into events; an empty line ends one. */
const createEventGatherer = (): ((line: string) => ServerSentEvent | undefined) => {
  let event: string | undefined;
  let data: string[] = [];
  const finish = (): ServerSentEvent | undefined => {
    const finished = data.length === 0 ? undefined : { event, data: data.join("\n") };
    event = undefined;
    data = [];
    return finished;
  };
  return (line) => {
    if (line === "") return finish();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /u, "");
    if (field === "data") data.push(value);
    if (field === "event") event = value === "" ? undefined : value;
    return undefined;
  };
};

/**
 * The events of a `text/event-stream` body, whatever the pieces it arrives in. Comments and events
 * without data are skipped; an event that only lacks its empty line at the end of the body counts.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* readServerSentEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  const cutter = createLineCutter();
  const gather = createEventGatherer();
  for await (const chunk of body) {
    for (const line of cutter.push(decoder.decode(chunk, { stream: true }))) {
      const finished = gather(line);
      if (finished !== undefined) yield finished;
    }
  }
  for (const line of [...(cutter.end() + decoder.decode()).split(/\r\n|\r|\n/u), ""]) {
    const finished = gather(line);
    if (finished !== undefined) yield finished;
  }
}

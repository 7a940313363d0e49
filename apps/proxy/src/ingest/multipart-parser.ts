import { TranscriptionError } from "@earshot/core";
import { parsePartHeaders } from "./part-headers.ts";
import type { PartHeaders } from "./part-headers.ts";

/** Receives the parts of a body in order. Slices of data share memory with what was pushed. */
export interface PartHandler {
  readonly onPart: (headers: PartHeaders) => void;
  readonly onData: (data: Buffer) => void;
  readonly onPartEnd: () => void;
}

export interface ParserLimits {
  /** Of one part, in bytes. */
  readonly maxHeaderBytes: number;
  readonly maxParts: number;
}

/** Reads a body as it arrives. Throws `invalid_request` for what is no multipart. */
export interface MultipartParser {
  push(chunk: Buffer): void;
  /** Call when the body is over. Throws when the closing boundary never came. */
  end(): void;
}

type State = "preamble" | "headers" | "data" | "epilogue";
/** What follows the bytes of a boundary; `data` means that they only looked like one. */
type Delimiter =
  | { readonly kind: "more" | "close" | "data" }
  | { readonly kind: "part"; readonly next: number };

const CR = 13;
const LF = 10;
const DASH = 45;
const NOTHING: Buffer = Buffer.alloc(0);
/** RFC 2046 allows spaces and tabs after a boundary; nobody needs many. */
const MAX_PADDING = 64;

const malformed = (message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", `The multipart body cannot be read: ${message}`);

const readDelimiter = (chunk: Buffer, from: number): Delimiter => {
  let at = from;
  while (at - from < MAX_PADDING && (chunk[at] === 32 || chunk[at] === 9)) at++;
  if (at + 1 >= chunk.length)
    return chunk[at] === LF ? { kind: "part", next: at + 1 } : { kind: "more" };
  if (chunk[at] === LF) return { kind: "part", next: at + 1 };
  if (chunk[at] === CR && chunk[at + 1] === LF) return { kind: "part", next: at + 2 };
  return { kind: at === from && chunk[at] === DASH && chunk[at + 1] === DASH ? "close" : "data" };
};

/** How many bytes at the end of the chunk could be the beginning of the needle. */
const overlapOf = (chunk: Buffer, from: number, needle: Buffer): number => {
  const first = needle[0] ?? CR;
  let at = chunk.indexOf(first, Math.max(from, chunk.length - needle.length + 1));
  while (at >= 0 && chunk.compare(needle, 0, chunk.length - at, at) !== 0)
    at = chunk.indexOf(first, at + 1);
  return at < 0 ? 0 : chunk.length - at;
};

/** The end of the header lines and the position after the empty line; undefined when it is not there. */
const findHeaderEnd = (chunk: Buffer, from: number): { end: number; next: number } | undefined => {
  if (chunk[from] === LF) return { end: from, next: from + 1 };
  if (chunk[from] === CR && chunk[from + 1] === LF) return { end: from, next: from + 2 };
  for (let at = chunk.indexOf(LF, from); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    if (chunk[at + 1] === LF) return { end: at, next: at + 2 };
    if (chunk[at + 1] === CR && chunk[at + 2] === LF) return { end: at, next: at + 3 };
  }
  return undefined;
};

/**
 * A push parser for multipart/form-data that copies no audio. The first boundary line decides
 * whether lines end in CR LF or in LF alone; what only looks like a boundary stays data.
 * @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1
 */
export function createMultipartParser(
  boundary: string,
  handler: PartHandler,
  limits: ParserLimits,
): MultipartParser {
  const opening = Buffer.from(`--${boundary}`, "latin1");
  let needle = Buffer.from(`\r\n--${boundary}`, "latin1");
  let state: State = "preamble";
  let rest = NOTHING;
  let parts = 0;

  /** Each reader returns the position that it has read up to, or -1 when it needs more bytes. */
  const readPreamble = (chunk: Buffer): number => {
    let at = chunk.indexOf(opening);
    while (at > 0 && chunk[at - 1] !== LF) at = chunk.indexOf(opening, at + 1);
    const delimiter: Delimiter =
      at < 0 ? { kind: "more" } : readDelimiter(chunk, at + opening.length);
    if (delimiter.kind === "close") throw malformed("it has no parts.");
    if (delimiter.kind === "part") {
      if (chunk[delimiter.next - 2] !== CR) needle = needle.subarray(1);
      state = "headers";
      return delimiter.next;
    }
    if (delimiter.kind === "data" || chunk.length > limits.maxHeaderBytes)
      throw malformed("it does not begin with its boundary.");
    return -1;
  };

  const readHeaders = (chunk: Buffer, from: number): number => {
    const found = findHeaderEnd(chunk, from);
    if ((found?.end ?? chunk.length) - from > limits.maxHeaderBytes)
      throw malformed(`the headers of a part are longer than ${limits.maxHeaderBytes} bytes.`);
    if (found === undefined) return -1;
    if (++parts > limits.maxParts) throw malformed(`it has more than ${limits.maxParts} parts.`);
    handler.onPart(parsePartHeaders(chunk.toString("utf8", from, found.end)));
    state = "data";
    // An empty part's boundary may use the line end of its headers.
    return found.next;
  };

  const emit = (chunk: Buffer, from: number, to: number): void => {
    if (to > from) handler.onData(chunk.subarray(from, to));
  };

  const readData = (chunk: Buffer, from: number): number => {
    let searchFrom = from;
    for (;;) {
      const at = chunk.indexOf(needle, searchFrom);
      if (at < 0) {
        const keep = overlapOf(chunk, Math.max(from, searchFrom), needle);
        emit(chunk, from, chunk.length - keep);
        rest = chunk.subarray(chunk.length - keep);
        return -1;
      }
      const delimiter = readDelimiter(chunk, at + needle.length);
      if (delimiter.kind === "data") {
        searchFrom = at + 1;
        continue;
      }
      emit(chunk, from, at);
      if (delimiter.kind === "more") {
        rest = chunk.subarray(at);
        return -1;
      }
      handler.onPartEnd();
      state = delimiter.kind === "close" ? "epilogue" : "headers";
      return delimiter.kind === "part" ? delimiter.next : chunk.length;
    }
  };

  const readers: Readonly<Record<State, (chunk: Buffer, from: number) => number>> = {
    preamble: readPreamble,
    headers: readHeaders,
    data: readData,
    epilogue: (chunk) => chunk.length,
  };

  return {
    push: (arrived) => {
      const chunk = rest.length === 0 ? arrived : Buffer.concat([rest, arrived]);
      rest = NOTHING;
      let from = 0;
      while (from < chunk.length) {
        const next = readers[state](chunk, from);
        if (next < 0) {
          if (state !== "data") rest = chunk.subarray(from);
          return;
        }
        from = next;
      }
    },
    end: () => {
      if (state !== "epilogue")
        throw malformed("it ends before its closing boundary. Send the whole form.");
    },
  };
}

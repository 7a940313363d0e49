import { malformed, parsePartHeaders } from "./part-headers.ts";
import type { PartHeaders } from "./part-headers.ts";

/** Receives the parts of a body in order. Slices of data share memory with what was pushed. */
export interface PartHandler {
  /**
   * `otherBytes`: how many bytes of the body are not the part's data, if it is the last part and the
   * body ends as most clients write it.
   */
  readonly onPart: (headers: PartHeaders, otherBytes: number) => void;
  readonly onData: (data: Buffer) => void;
  readonly onPartEnd: () => void;
}

export interface ParserLimits {
  /** Of one part, in bytes. */
  readonly maxHeaderBytes: number;
  readonly maxParts: number;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const DASH = 45;
/** RFC 2046 allows spaces and tabs after a boundary; nobody needs many. */
const MAX_PADDING = 64;
/** How much of the empty line that ends headers may be there without being known as one. */
const HEADER_END_BYTES = 2;
const NOTHING: Buffer = Buffer.alloc(0);

/** What follows the bytes of a boundary; `data` means that they only looked like one. */
type Delimiter =
  | { readonly kind: "more" | "close" | "data" }
  | { readonly kind: "part"; readonly next: number };

/** Reads what stands behind a boundary at that position. */
const readDelimiter = (chunk: Buffer, from: number): Delimiter => {
  let at = from;
  while (at - from < MAX_PADDING && (chunk[at] === SPACE || chunk[at] === TAB)) at++;
  if (chunk[at] === LF) return { kind: "part", next: at + 1 };
  if (at + 1 >= chunk.length) return { kind: "more" };
  if (chunk[at] === CR && chunk[at + 1] === LF) return { kind: "part", next: at + 2 };
  const closes = at === from && chunk[at] === DASH && chunk[at + 1] === DASH;
  return { kind: closes ? "close" : "data" };
};

/** How many bytes at the end of the chunk could be the beginning of the needle. */
const overlapOf = (chunk: Buffer, from: number, needle: Buffer): number => {
  const first = needle[0] ?? CR;
  let at = chunk.indexOf(first, Math.max(from, chunk.length - needle.length + 1));
  while (at >= 0 && chunk.compare(needle, 0, chunk.length - at, at) !== 0)
    at = chunk.indexOf(first, at + 1);
  return at < 0 ? 0 : chunk.length - at;
};

/**
 * The end of the header lines and the position after the empty line; undefined before it came. No
 * line ends before `searchFrom` but those that were looked at before.
 */
const findHeaderEnd = (
  chunk: Buffer,
  from: number,
  searchFrom: number,
): { readonly end: number; readonly next: number } | undefined => {
  if (chunk[from] === LF) return { end: from, next: from + 1 };
  if (chunk[from] === CR && chunk[from + 1] === LF) return { end: from, next: from + 2 };
  for (let at = chunk.indexOf(LF, searchFrom); at >= 0; at = chunk.indexOf(LF, at + 1)) {
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
export class MultipartParser {
  readonly #opening: Buffer;
  readonly #handler: PartHandler;
  readonly #limits: ParserLimits;
  #needle: Buffer;
  #state: "preamble" | "headers" | "data" | "epilogue" = "preamble";
  #rest: Buffer = NOTHING;
  /** Up to where `#rest` was searched in vain; a client may send it byte by byte. */
  #searched = 0;
  #parts = 0;
  #pushedBytes = 0;

  constructor(boundary: string, handler: PartHandler, limits: ParserLimits) {
    this.#opening = Buffer.from(`--${boundary}`, "latin1");
    this.#needle = Buffer.from(`\r\n--${boundary}`, "latin1");
    this.#handler = handler;
    this.#limits = limits;
  }

  /** Reads what has arrived. Throws `invalid_request` for what is no multipart. */
  push(arrived: Buffer): void {
    const chunk = this.#rest.length === 0 ? arrived : Buffer.concat([this.#rest, arrived]);
    this.#rest = NOTHING;
    this.#pushedBytes += arrived.length;
    let from = 0;
    while (from < chunk.length) {
      const next = this.#read(chunk, from);
      if (next < 0) return;
      from = next;
    }
  }

  /** Call when the body is over. Throws `invalid_request` when the closing boundary never came. */
  end(): void {
    if (this.#state !== "epilogue")
      throw malformed("it ends before its closing boundary. Send the whole form.");
  }

  /** Answers the position that it has read up to, or -1 when it has kept the rest for later. */
  #read(chunk: Buffer, from: number): number {
    switch (this.#state) {
      case "preamble":
        return this.#readPreamble(chunk);
      case "headers":
        return this.#readHeaders(chunk, from);
      case "data":
        return this.#readData(chunk, from);
      case "epilogue":
        return chunk.length;
    }
  }

  #keep(chunk: Buffer, from: number): -1 {
    this.#rest = chunk.subarray(from);
    return -1;
  }

  #readPreamble(chunk: Buffer): number {
    const { maxHeaderBytes } = this.#limits;
    const opening = this.#opening;
    let at = chunk.indexOf(opening, this.#searched);
    for (; at >= 0; at = chunk.indexOf(opening, at + 1)) {
      if (at > 0 && chunk[at - 1] !== LF) continue;
      const delimiter = readDelimiter(chunk, at + opening.length);
      if (delimiter.kind === "data") continue;
      if (delimiter.kind === "more" || at > maxHeaderBytes) break;
      if (delimiter.kind === "part") return this.#beginParts(chunk, delimiter.next);
      throw malformed("it has no parts.");
    }
    if ((at < 0 ? chunk.length - opening.length : at) > maxHeaderBytes)
      throw malformed(
        `it does not begin with its boundary. At most ${maxHeaderBytes} bytes may come before it (earshot_settings.max_part_header_size_kb).`,
      );
    this.#searched = at < 0 ? Math.max(0, chunk.length - opening.length + 1) : at;
    return this.#keep(chunk, 0);
  }

  #beginParts(chunk: Buffer, next: number): number {
    if (chunk[next - 2] !== CR) this.#needle = this.#needle.subarray(1);
    this.#state = "headers";
    this.#searched = 0;
    return next;
  }

  #readHeaders(chunk: Buffer, from: number): number {
    const { maxHeaderBytes, maxParts } = this.#limits;
    const found = findHeaderEnd(chunk, from, from + this.#searched);
    const length = found === undefined ? chunk.length - HEADER_END_BYTES : found.end;
    if (length - from > maxHeaderBytes)
      throw malformed(
        `the headers of a part are longer than ${maxHeaderBytes} bytes. Raise earshot_settings.max_part_header_size_kb to allow more.`,
      );
    if (found === undefined) {
      this.#searched = Math.max(0, chunk.length - from - HEADER_END_BYTES);
      return this.#keep(chunk, from);
    }
    this.#searched = 0;
    if (++this.#parts > maxParts)
      throw malformed(
        `it has more than ${maxParts} parts. Raise earshot_settings.max_form_parts to allow more.`,
      );
    const dataStart = this.#pushedBytes - chunk.length + found.next;
    // The boundary with its two dashes, two more, and the end of the line.
    const closingBytes = this.#needle.length + 2 + (this.#needle.length - this.#opening.length);
    const headers = parsePartHeaders(chunk.toString("utf8", from, found.end));
    this.#handler.onPart(headers, dataStart + closingBytes);
    this.#state = "data";
    return found.next;
  }

  #readData(chunk: Buffer, from: number): number {
    let at = chunk.indexOf(this.#needle, from);
    let delimiter = at < 0 ? undefined : readDelimiter(chunk, at + this.#needle.length);
    while (delimiter?.kind === "data") {
      at = chunk.indexOf(this.#needle, at + 1);
      delimiter = at < 0 ? undefined : readDelimiter(chunk, at + this.#needle.length);
    }
    if (delimiter === undefined) at = chunk.length - overlapOf(chunk, from, this.#needle);
    if (at > from) this.#handler.onData(chunk.subarray(from, at));
    if (delimiter === undefined || delimiter.kind === "more") return this.#keep(chunk, at);
    this.#handler.onPartEnd();
    this.#state = delimiter.kind === "close" ? "epilogue" : "headers";
    return delimiter.kind === "part" ? delimiter.next : chunk.length;
  }
}

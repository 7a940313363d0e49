import { uint32At, viewOf } from "../byte-fields.ts";
import { createByteCursor } from "../random-access.ts";
import type { RandomAccess } from "../random-access.ts";

/** One box inside another. */
export interface Mp4Box {
  /** Four characters, such as `moov`. */
  readonly type: string;
  readonly content: Uint8Array;
}

/** One box of the outermost level, of which only the header was read. */
export interface Mp4FileBox {
  readonly type: string;
  /** Where the box begins, its header included. */
  readonly position: number;
  readonly contentStart: number;
  readonly end: number;
}

interface BoxHeader {
  readonly type: string;
  readonly headerBytes: number;
  readonly sizeBytes: number;
}

const SHORT_HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
const SIZE = { toTheEnd: 0, long: 1 } as const;

/** Written out: spreading a subarray takes longer than all else that is done with a box. */
const typeAt = (bytes: Uint8Array, offset: number): string =>
  String.fromCharCode(
    bytes[offset] ?? 0,
    bytes[offset + 1] ?? 0,
    bytes[offset + 2] ?? 0,
    bytes[offset + 3] ?? 0,
  );

/** The header at an offset; undefined when it is cut off or smaller than itself. */
function readBoxHeader(
  bytes: Uint8Array,
  offset: number,
  available: number,
): BoxHeader | undefined {
  if (offset + SHORT_HEADER_BYTES > bytes.length) return undefined;
  const type = typeAt(bytes, offset + 4);
  const size = uint32At(bytes, offset);
  if (size === SIZE.toTheEnd)
    return { type, headerBytes: SHORT_HEADER_BYTES, sizeBytes: available };
  const isLong = size === SIZE.long;
  const headerBytes = isLong ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  if (offset + headerBytes > bytes.length) return undefined;
  const sizeBytes = isLong ? Number(viewOf(bytes).getBigUint64(offset + 8)) : size;
  return sizeBytes < headerBytes ? undefined : { type, headerBytes, sizeBytes };
}

/** No box in use holds more; so many are looked through in about a millisecond. */
const MOST_BOXES = 2 ** 14;

/** The boxes that follow one another in some bytes, as far as they are whole; the first 16384. */
export function* readBoxes(bytes: Uint8Array): Generator<Mp4Box> {
  let offset = 0;
  for (let count = 0; offset < bytes.length && count < MOST_BOXES; count++) {
    const available = bytes.length - offset;
    const header = readBoxHeader(bytes, offset, available);
    if (header === undefined || header.sizeBytes > available) return;
    const end = offset + header.sizeBytes;
    yield { type: header.type, content: bytes.subarray(offset + header.headerBytes, end) };
    offset = end;
  }
}

/** The content of the box at the end of a path, such as `mdia`, `hdlr`; the first of each type. */
export function findBox(bytes: Uint8Array, ...path: readonly string[]): Uint8Array | undefined {
  let content: Uint8Array | undefined = bytes;
  for (const type of path) {
    if (content === undefined) return undefined;
    content = firstOf(content, type);
  }
  return content;
}

function firstOf(bytes: Uint8Array, wanted: string): Uint8Array | undefined {
  for (const { type, content } of readBoxes(bytes)) if (type === wanted) return content;
  return undefined;
}

/**
 * The boxes of the outermost level in order. The last one may reach beyond the end of a file that
 * was cut off.
 * @see ISO/IEC 14496-12, 4.2
 */
export async function* readFileBoxes(source: RandomAccess): AsyncGenerator<Mp4FileBox> {
  const cursor = createByteCursor(source);
  const { pacer } = source;
  let position = 0;
  while (position < source.sizeBytes) {
    const bytes =
      cursor.held(position, LONG_HEADER_BYTES) ?? (await cursor.peek(position, LONG_HEADER_BYTES));
    const header = readBoxHeader(bytes, 0, source.sizeBytes - position);
    if (header === undefined) return;
    const { type, headerBytes, sizeBytes } = header;
    const end = position + sizeBytes;
    yield { type, position, contentStart: position + headerBytes, end };
    position = end;
    pacer.step();
    if (pacer.isDue()) await pacer.giveWay();
  }
}

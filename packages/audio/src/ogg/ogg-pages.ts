import { hasText, viewOf } from "../byte-fields.ts";
import type { RandomAccess } from "../files/random-access.ts";

/** One page of an Ogg file. */
export interface OggPage {
  readonly serial: number;
  /** True for the page that a logical stream begins with. */
  readonly isFirst: boolean;
  /** Position at the end of the page in the codec's unit; -1 when no packet ends on it. */
  readonly granule: number;
  /** Sizes of the parts of packets; a part of exactly 255 bytes goes on in the next one. */
  readonly lacing: Uint8Array;
  readonly body: Uint8Array;
}

const PAGE_HEADER_BYTES = 27;
const LONGEST_PAGE_BYTES = 65_307;
const WINDOW_BYTES = 4 * LONGEST_PAGE_BYTES;
const FIRST_PAGE_FLAG = 2;

interface Step {
  readonly page: OggPage | undefined;
  readonly sizeBytes: number;
}

const NO_PAGE: Step = { page: undefined, sizeBytes: 1 };
const PAGE_MARK = "OggS";

/** The next place from an offset on where a page might begin; the end of the window for none. */
function nextMark(window: Uint8Array, from: number): number {
  const bytes = Buffer.from(window.buffer, window.byteOffset, window.length);
  const found = bytes.indexOf(PAGE_MARK, from, "latin1");
  // The end may hold the beginning of a mark.
  return found < 0 ? Math.max(from, window.length - PAGE_MARK.length + 1) : found;
}

/** The page at an offset; without a whole one, a step of one byte. */
function pageAt(window: Uint8Array, offset: number): Step {
  const lacingStart = offset + PAGE_HEADER_BYTES;
  if (!hasText(window, offset, PAGE_MARK) || lacingStart > window.length) return NO_PAGE;
  const lacing = window.subarray(lacingStart, lacingStart + (window[offset + 26] ?? 0));
  const bodyStart = lacingStart + lacing.length;
  const bodyEnd = bodyStart + lacing.reduce((sum, size) => sum + size, 0);
  if (bodyEnd > window.length) return NO_PAGE;
  const view = viewOf(window.subarray(offset, lacingStart));
  const page = {
    serial: view.getUint32(14, true),
    isFirst: (view.getUint8(5) & FIRST_PAGE_FLAG) !== 0,
    granule: Number(view.getBigInt64(6, true)),
    lacing,
    body: window.subarray(bodyStart, bodyEnd),
  };
  return { page, sizeBytes: bodyEnd - offset };
}

/**
 * Reads the pages of an Ogg file in order, skipping damaged stretches and a last page that is cut
 * off. Checksums are not compared: a page with a wrong bit is better than none.
 * @see https://www.rfc-editor.org/rfc/rfc3533
 */
export async function* readOggPages(
  source: RandomAccess,
): AsyncGenerator<OggPage, void, undefined> {
  const { pacer } = source;
  let start = 0;
  while (start < source.sizeBytes) {
    const window = await source.read(start, start + WINDOW_BYTES);
    const isLast = start + window.length >= source.sizeBytes;
    const end = isLast ? window.length : window.length - LONGEST_PAGE_BYTES;
    let offset = 0;
    while (offset < end) {
      const { page, sizeBytes } = pageAt(window, offset);
      pacer.step();
      if (page !== undefined) yield page;
      offset += sizeBytes;
      if (page === undefined) offset = nextMark(window, offset);
      if (pacer.isDue()) await pacer.giveWay();
    }
    start += offset;
  }
}

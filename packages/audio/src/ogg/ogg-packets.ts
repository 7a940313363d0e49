import { hasText, viewOf } from "../byte-fields.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { createPacer } from "../pacer.ts";

/** One page of an Ogg file. */
interface OggPage {
  readonly serial: number;
  /** Position of the last packet that ends on the page, in the codec's unit; -1 when none does. */
  readonly granule: number;
  /** Sizes of the packets' parts; a part of exactly 255 bytes goes on in the next one. */
  readonly lacing: Uint8Array;
  readonly body: Uint8Array;
}

/** A packet with the position of the page that it ends on. */
export interface OggPacket {
  readonly bytes: Uint8Array;
  readonly granule: number;
}

const PAGE_HEADER_BYTES = 27;
const LONGEST_PAGE_BYTES = 65_307;
const WINDOW_BYTES = 4 * LONGEST_PAGE_BYTES;
const UNFINISHED_LACING = 255;
/** No frame of FLAC is longer; a stream of unfinished packets must not fill the memory. */
const LONGEST_PACKET_BYTES = 32 * 2 ** 20;

interface Step {
  readonly page: OggPage | undefined;
  readonly sizeBytes: number;
}

/** The page at an offset; without one, a step of one byte. */
function pageAt(window: Uint8Array, offset: number): Step {
  const lacingStart = offset + PAGE_HEADER_BYTES;
  const nothing: Step = { page: undefined, sizeBytes: 1 };
  if (!hasText(window, offset, "OggS") || lacingStart > window.length) return nothing;
  const lacing = window.subarray(lacingStart, lacingStart + (window[offset + 26] ?? 0));
  const bodyStart = lacingStart + lacing.length;
  const bodyBytes = lacing.reduce((sum, size) => sum + size, 0);
  if (bodyStart + bodyBytes > window.length) return nothing;
  const view = viewOf(window.subarray(offset, lacingStart));
  const page = {
    serial: view.getUint32(14, true),
    granule: Number(view.getBigInt64(6, true)),
    lacing,
    body: window.subarray(bodyStart, bodyStart + bodyBytes),
  };
  return { page, sizeBytes: bodyStart + bodyBytes - offset };
}

async function* readPages(source: RandomAccess): AsyncGenerator<OggPage, void, undefined> {
  const pace = createPacer();
  let start = 0;
  while (start < source.sizeBytes) {
    const window = await source.read(start, start + WINDOW_BYTES);
    const isLast = start + window.length >= source.sizeBytes;
    const end = isLast ? window.length : window.length - LONGEST_PAGE_BYTES;
    let offset = 0;
    while (offset < end) {
      const { page, sizeBytes } = pageAt(window, offset);
      if (page !== undefined) yield page;
      offset += sizeBytes;
    }
    start += offset;
    await pace();
  }
}

/**
 * Reads the packets of the first stream in an Ogg file.
 * @see https://www.rfc-editor.org/rfc/rfc3533
 */
export async function* readOggPackets(
  source: RandomAccess,
): AsyncGenerator<OggPacket, void, undefined> {
  let serial: number | undefined;
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  for await (const page of readPages(source)) {
    serial ??= page.serial;
    if (page.serial !== serial) continue;
    let offset = 0;
    for (const size of page.lacing) {
      parts.push(page.body.subarray(offset, offset + size));
      partBytes += size;
      offset += size;
      if (size === UNFINISHED_LACING && partBytes < LONGEST_PACKET_BYTES) continue;
      yield { bytes: Buffer.concat(parts, partBytes), granule: page.granule };
      parts = [];
      partBytes = 0;
    }
  }
}

import { unreadable } from "../audio-errors.ts";
import { hasText, viewOf } from "../byte-fields.ts";
import type { RandomAccess } from "../random-access.ts";
import { oggCodecOf } from "./ogg-codec.ts";
import type { OggCodec } from "./ogg-codec.ts";

/** One page of an Ogg file. */
interface OggPage {
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
async function* readOggPages(source: RandomAccess): AsyncGenerator<OggPage> {
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

/** One packet of the sound in an Ogg file, header packets included. */
export interface OggPacket {
  readonly codec: OggCodec;
  readonly bytes: Uint8Array;
  /** Position at the end of the page that the packet ends on, in the codec's unit. */
  readonly granule: number;
  /** True for the packet that a stream begins with; joined files hold several streams. */
  readonly isFirst: boolean;
}

const UNFINISHED_LACING = 255;
/** No codec has longer packets; a packet without an end must not fill the memory. */
const LONGEST_PACKET_BYTES = 32 * 2 ** 20;

interface Joined {
  readonly packets: readonly Uint8Array[];
  /** Packets of no byte, which say nothing in any codec. */
  readonly empty: number;
}

type Join = (page: OggPage) => Joined;

/** Joins the parts that packets are divided into. */
function createJoin(): Join {
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  return (page) => {
    const packets: Uint8Array[] = [];
    let offset = 0;
    let empty = 0;
    for (const size of page.lacing) {
      if (size === 0 && partBytes === 0) {
        empty++;
        continue;
      }
      parts.push(page.body.subarray(offset, offset + size));
      partBytes += size;
      offset += size;
      if (size === UNFINISHED_LACING && partBytes < LONGEST_PACKET_BYTES) continue;
      packets.push(parts.length === 1 ? (parts[0] ?? page.body) : Buffer.concat(parts, partBytes));
      parts = [];
      partBytes = 0;
    }
    return { packets, empty };
  };
}

/** A decoder takes over a millisecond to be made; joined files hold more sound for each of their streams. */
const STREAM_STEPS = 8192;

interface Stream {
  readonly serial: number;
  readonly codec: OggCodec;
  readonly join: Join;
}

/** The stream that a page begins, when it is the first with sound, or of the same codec as before. */
function streamFrom(page: OggPage, current: Stream | undefined): Stream | undefined {
  const codec = oggCodecOf(page.body);
  if (codec === undefined || (current !== undefined && codec !== current.codec)) return undefined;
  return { serial: page.serial, codec, join: createJoin() };
}

/**
 * Reads the packets of the first stream with sound, and of those that follow it in a joined file.
 * Throws `audio_unreadable` when there is none.
 */
export async function* readOggPackets(source: RandomAccess): AsyncGenerator<OggPacket, void> {
  let stream: Stream | undefined;
  let isStarted = false;
  let isFirst = false;
  for await (const page of readOggPages(source)) {
    // Streams that run at the same time all begin before any of them goes on.
    const next: Stream | undefined =
      page.isFirst && (stream === undefined || isStarted) ? streamFrom(page, stream) : undefined;
    if (next !== undefined) source.pacer.step(STREAM_STEPS);
    stream = next ?? stream;
    if (stream === undefined || page.serial !== stream.serial) continue;
    isStarted = next === undefined;
    const { codec } = stream;
    isFirst ||= next !== undefined;
    const { packets, empty } = stream.join(page);
    source.pacer.step(empty);
    for (const bytes of packets) {
      yield { codec, bytes, granule: page.granule, isFirst };
      isFirst = false;
    }
  }
  if (stream === undefined) throw unreadable("The ogg file holds no audio track, or is cut off.");
}

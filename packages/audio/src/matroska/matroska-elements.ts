import { viewOf } from "../byte-fields.ts";
import type { Pacer } from "../pacer.ts";
import { createByteCursor } from "../random-access.ts";
import type { ByteCursor, RandomAccess } from "../random-access.ts";
import { EBML_HEAD_BYTES, readEbmlHead, readVariableNumber } from "./ebml.ts";
import type { EbmlElement, EbmlHead } from "./ebml.ts";

/** The elements that matter for sound; see RFC 9559, section 5.1. */
export const MATROSKA_ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;

type Role = "enter" | "read";

/** What is entered, so that what it holds comes next, and what is read; all else is skipped. */
const roles: ReadonlyMap<number, Role> = new Map<number, Role>([
  [MATROSKA_ID.segment, "enter"],
  [MATROSKA_ID.cluster, "enter"],
  [MATROSKA_ID.blockGroup, "enter"],
  [MATROSKA_ID.info, "read"],
  [MATROSKA_ID.tracks, "read"],
  [MATROSKA_ID.timestamp, "read"],
  [MATROSKA_ID.simpleBlock, "read"],
  [MATROSKA_ID.block, "read"],
]);

/** True for what holds packets. */
export const isBlock = (head: Pick<EbmlHead, "id"> | undefined): boolean =>
  head?.id === MATROSKA_ID.simpleBlock || head?.id === MATROSKA_ID.block;

/** Nothing that is read here is longer in a sound file. */
const LONGEST_CONTENT_BYTES = 16 * 2 ** 20;
const CLUSTER_MARK = [0x1f, 0x43, 0xb6, 0x75] as const;

/** The place of the next cluster; the end of the file when there is none. */
async function findCluster(
  cursor: ByteCursor,
  { from, end }: { readonly from: number; readonly end: number },
  pacer: Pacer,
): Promise<number> {
  let position = from;
  while (position < end) {
    const bytes = await cursor.peek(position, CLUSTER_MARK.length);
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(
      Uint8Array.from(CLUSTER_MARK),
    );
    if (found >= 0) return position + found;
    position += Math.max(1, bytes.length - CLUSTER_MARK.length + 1);
    if (pacer.isDue()) await pacer.giveWay();
  }
  return end;
}

/** Where to go on behind the head of an element, and whether its content is read before. */
interface Step {
  readonly next: number;
  readonly isRead: boolean;
}

/** Undefined for an element that is damaged. */
function stepFor(head: EbmlHead, position: number, end: number): Step | undefined {
  const start = position + head.headBytes;
  const role = roles.get(head.id);
  if (role === "enter") return { next: start, isRead: false };
  if (head.sizeBytes === undefined || start + head.sizeBytes > end) return undefined;
  const isRead = role === "read";
  if (isRead && head.sizeBytes > LONGEST_CONTENT_BYTES) return undefined;
  return { next: start + head.sizeBytes, isRead };
}

/**
 * Reads the elements that matter in the order of the file, whatever level they are on, so that
 * elements of unknown size need no end. Goes on with the next cluster behind a damaged stretch.
 */
export async function* readMatroskaElements(source: RandomAccess): AsyncGenerator<EbmlElement> {
  const cursor = createByteCursor(source);
  const end = source.sizeBytes;
  const { pacer } = source;
  let position = 0;
  while (position < end) {
    const bytes =
      cursor.held(position, EBML_HEAD_BYTES) ?? (await cursor.peek(position, EBML_HEAD_BYTES));
    const head = readEbmlHead(bytes, 0);
    const step = head && stepFor(head, position, end);
    if (!isBlock(head)) pacer.step();
    if (pacer.isDue()) await pacer.giveWay();
    if (head === undefined || step === undefined) {
      position = await findCluster(cursor, { from: position + 1, end }, pacer);
      continue;
    }
    if (step.isRead) {
      const start = position + head.headBytes;
      const size = step.next - start;
      const content = (await cursor.peek(start, size)).subarray(0, size);
      yield { ...head, content };
    }
    position = step.next;
  }
}

/** The packets of one track at one moment. */
interface MatroskaBlock {
  readonly track: number;
  /** Ticks after the beginning of the cluster; may be negative. */
  readonly ticks: number;
  readonly packets: readonly Uint8Array[];
}

const LACING_MASK = 0x06;
const LACING = { none: 0, xiph: 2, fixed: 4, ebml: 6 } as const;
/** Bytes between the track number and the packets. */
const FIXED_BYTES = 3;

interface Lacing {
  /** Sizes of all packets but the last, which takes the rest. */
  readonly sizes: readonly number[];
  readonly headBytes: number;
}

function readXiphSizes(bytes: Uint8Array, count: number): Lacing {
  let offset = 0;
  const sizes = Array.from({ length: count }, () => {
    let size = 0;
    let part = 255;
    while (part === 255) {
      part = bytes[offset++] ?? 0;
      size += part;
    }
    return size;
  });
  return { sizes, headBytes: offset };
}

/** The first size as it is, the others as differences that are stored with an offset. */
function readEbmlSizes(bytes: Uint8Array, count: number): Lacing {
  let offset = 0;
  let size = 0;
  const sizes = Array.from({ length: count }, (_, index) => {
    const number = readVariableNumber(bytes, offset);
    if (number === undefined) throw new RangeError("A block with damaged lacing.");
    offset += number.length;
    size += index === 0 ? number.value : number.value - (2 ** (7 * number.length - 1) - 1);
    return size;
  });
  return { sizes, headBytes: offset };
}

function readLacing(bytes: Uint8Array, kind: number): Lacing {
  const others = bytes[0] ?? 0;
  const rest = bytes.subarray(1);
  const even = Math.floor(rest.length / (others + 1));
  if (kind === LACING.xiph) return readXiphSizes(rest, others);
  if (kind === LACING.ebml) return readEbmlSizes(rest, others);
  return { sizes: Array.from({ length: others }, () => even), headBytes: 0 };
}

function splitPackets(bytes: Uint8Array, kind: number): readonly Uint8Array[] {
  if (kind === LACING.none) return bytes.length === 0 ? [] : [bytes];
  const { sizes, headBytes } = readLacing(bytes, kind);
  let offset = 1 + headBytes;
  const packets = sizes.map((size) => bytes.subarray(offset, (offset += Math.max(0, size))));
  return [...packets, bytes.subarray(offset)].filter((packet) => packet.length > 0);
}

/**
 * Reads the content of a `SimpleBlock` or `Block`; undefined when it is damaged.
 * @see https://www.rfc-editor.org/rfc/rfc9559, section 10
 */
export function readMatroskaBlock(content: Uint8Array): MatroskaBlock | undefined {
  const track = readVariableNumber(content, 0);
  if (track === undefined || content.length < track.length + FIXED_BYTES) return undefined;
  const view = viewOf(content);
  const kind = view.getUint8(track.length + 2) & LACING_MASK;
  try {
    const packets = splitPackets(content.subarray(track.length + FIXED_BYTES), kind);
    return { track: track.value, ticks: view.getInt16(track.length), packets };
  } catch {
    return undefined;
  }
}

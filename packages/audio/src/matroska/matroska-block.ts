import { viewOf } from "../byte-fields.ts";
import { readVariableNumber } from "./ebml.ts";

/** The packets of one track at one moment. */
export interface MatroskaBlock {
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

import { unreadable } from "../audio-errors.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { oggCodecOf } from "./ogg-codec.ts";
import type { OggCodec } from "./ogg-codec.ts";
import { readOggPages } from "./ogg-pages.ts";
import type { OggPage } from "./ogg-pages.ts";

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
export async function* readOggPackets(
  source: RandomAccess,
): AsyncGenerator<OggPacket, void, undefined> {
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

import { unreadable } from "../audio-errors.ts";
import { hasText, id3SizeBytes, uint32At, viewOf } from "../byte-fields.ts";
import type { RandomAccess } from "../random-access.ts";

/** What the first metadata block of a FLAC stream says. */
export interface FlacInfo {
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of every frame but the last, in streams that number their frames. */
  readonly blockSize: number;
  /** 0 when the encoder did not know. */
  readonly totalSamples: number;
}

/** A FLAC file up to its first frame. */
export interface FlacFile {
  readonly info: FlacInfo;
  /** The mark and the first metadata block, as a decoder wants to see them. */
  readonly header: Uint8Array;
  readonly firstFrame: number;
}

const MARK_BYTES = 4;
const BLOCK_HEADER_BYTES = 4;
/** The size of the block that every stream begins with. */
export const STREAM_INFO_BYTES = 34;
const LAST_BLOCK_FLAG = 0x80;
/** No real file has more metadata; a hostile one could have millions of empty blocks. */
const MOST_BLOCKS = 1000;

/**
 * Reads the content of a STREAMINFO block.
 * @see https://www.rfc-editor.org/rfc/rfc9639, section 8.2
 */
export function readFlacInfo(block: Uint8Array): FlacInfo {
  const word = uint32At(block, 10);
  const sampleRate = word >>> 12;
  if (block.length < STREAM_INFO_BYTES || sampleRate === 0) {
    throw unreadable("The FLAC header is damaged.");
  }
  return {
    sampleRate,
    channels: ((word >>> 9) & 7) + 1,
    blockSize: viewOf(block).getUint16(2),
    totalSamples: ((block[13] ?? 0) & 0x0f) * 2 ** 32 + uint32At(block, 14),
  };
}

/** Reads the metadata of a FLAC file. Throws `audio_unreadable` when it is damaged. */
export async function readFlacFile(source: RandomAccess): Promise<FlacFile> {
  const start = id3SizeBytes(await source.read(0, 10));
  const firstBlock = start + MARK_BYTES;
  const infoStart = firstBlock + BLOCK_HEADER_BYTES;
  const header = Uint8Array.from(await source.read(start, infoStart + STREAM_INFO_BYTES));
  if (!hasText(header, 0, "fLaC")) throw unreadable("The FLAC header is damaged.");
  const info = readFlacInfo(header.subarray(MARK_BYTES + BLOCK_HEADER_BYTES));
  let position = firstBlock;
  for (let count = 0; count < MOST_BLOCKS; count++) {
    source.pacer.step();
    if (source.pacer.isDue()) await source.pacer.giveWay();
    const word = uint32At(await source.read(position, position + BLOCK_HEADER_BYTES), 0);
    position += BLOCK_HEADER_BYTES + (word & 0xff_ffff);
    if (word >>> 31 === 1 || position >= source.sizeBytes) break;
  }
  // The other blocks are left out, so this one is the last.
  header[MARK_BYTES] = LAST_BLOCK_FLAG;
  return { info, header, firstFrame: position };
}

import { hasText, uint32At } from "../byte-fields.ts";
import type { Frame } from "../frames/frame-stream.ts";
import { MP3_HEADER_BYTES } from "./mp3-frame-header.ts";
import type { Mp3FrameHeader } from "./mp3-frame-header.ts";

/** What an encoder wrote about the whole file into its first, silent frame. */
export interface Mp3InfoTag {
  /** Audio frames, without this one; undefined when not told. */
  readonly frames: number | undefined;
  /** Size of the audio, this frame included; undefined when not told. */
  readonly sizeBytes: number | undefined;
  /** Samples at both ends that the encoder added. */
  readonly paddingSamples: number;
}

const FLAG = { frames: 1, bytes: 2, index: 4, quality: 8 } as const;
const CHECKSUM_BYTES = 2;
const INDEX_BYTES = 100;
const ENCODER_BYTES = 9;
const PADDING_OFFSET = 21;
const VBRI_OFFSET = MP3_HEADER_BYTES + 32;

/** @see http://gabriel.mp3-tech.org/mp3infotag.html */
function readPadding(bytes: Uint8Array, offset: number): number {
  const isKnown = ["LAME", "Lavf", "Lavc"].some((encoder) => hasText(bytes, offset, encoder));
  if (!isKnown || offset + PADDING_OFFSET + 3 > bytes.length) return 0;
  const both = uint32At(bytes, offset + PADDING_OFFSET) >>> 8;
  return (both >>> 12) + (both & 0xfff);
}

function readXing(bytes: Uint8Array, start: number): Mp3InfoTag {
  const flags = uint32At(bytes, start + 4);
  let offset = start + 8;
  const field = (flag: number, sizeBytes: number): number | undefined => {
    if ((flags & flag) === 0) return undefined;
    const value = uint32At(bytes, offset);
    offset += sizeBytes;
    return value;
  };
  const frames = field(FLAG.frames, 4);
  const sizeBytes = field(FLAG.bytes, 4);
  field(FLAG.index, INDEX_BYTES);
  field(FLAG.quality, 4);
  const hasEncoder = offset + ENCODER_BYTES <= bytes.length;
  return { frames, sizeBytes, paddingSamples: hasEncoder ? readPadding(bytes, offset) : 0 };
}

/**
 * Reads the tag of Xing, LAME or Fraunhofer from the first frame; undefined when the frame is
 * ordinary audio.
 */
export function readMp3InfoTag({ header, bytes }: Frame<Mp3FrameHeader>): Mp3InfoTag | undefined {
  if (hasText(bytes, VBRI_OFFSET, "VBRI")) {
    const sizeBytes = uint32At(bytes, VBRI_OFFSET + 10);
    const frames = uint32At(bytes, VBRI_OFFSET + 14);
    return { frames, sizeBytes, paddingSamples: 0 };
  }
  const usual = MP3_HEADER_BYTES + header.sideInfoBytes;
  const start = [usual, usual + CHECKSUM_BYTES].find(
    (offset) => hasText(bytes, offset, "Xing") || hasText(bytes, offset, "Info"),
  );
  return start === undefined ? undefined : readXing(bytes, start);
}

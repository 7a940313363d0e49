import { hasText, uint32At } from "../byte-fields.ts";
import type { Frame, FrameFormat, FrameHeader } from "./frame-stream.ts";

/**
 * The header of an MPEG audio frame.
 * @see ISO/IEC 11172-3, 2.4.2.3 and ISO/IEC 13818-3, 2.4.2.3
 */
interface Mp3FrameHeader extends FrameHeader {
  /** Bytes between the header and the audio data of Layer III, without a checksum. */
  readonly sideInfoBytes: number;
  readonly layer: 2 | 3;
}

/** The shortest prefix that `parseMp3FrameHeader` needs. */
const MP3_HEADER_BYTES = 4;

const SYNC = 0x7ff;
const VERSION = { reserved: 1, mpeg1: 3 } as const;
const MONO = 3;
const RESERVED_EMPHASIS = 2;

/** kbit/s by the index in the header; 0 and 15 are not allowed here. */
const bitrates = {
  mpeg1: {
    2: [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  mpeg2: {
    2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const;
const sampleRates = [44100, 48000, 32000] as const;
/** What a sampling frequency is divided by, by version. */
const rateDivisors = [4, 1, 2, 1] as const;

function layerOf(bits: number): 2 | 3 | undefined {
  if (bits === 1) return 3;
  return bits === 2 ? 2 : undefined;
}

const sideInfoOf = (isMpeg1: boolean, isMono: boolean): number => {
  if (isMpeg1) return isMono ? 17 : 32;
  return isMono ? 9 : 17;
};

/**
 * Reads a header of Layer II or III from its four bytes as one number; undefined when it is none.
 * Layer I, which nobody uses, looks like the mark at the beginning of UTF-16 text, and Layer 0 is
 * AAC. A free bit rate is not told by the header, so such frames are not recognised either.
 */
function parseMp3FrameHeader(word: number): Mp3FrameHeader | undefined {
  const version = (word >>> 19) & 3;
  const layer = layerOf((word >>> 17) & 3);
  if (word >>> 21 !== SYNC || version === VERSION.reserved || layer === undefined) return undefined;
  const isMpeg1 = version === VERSION.mpeg1;
  const bitrate = bitrates[isMpeg1 ? "mpeg1" : "mpeg2"][layer][((word >>> 12) & 15) - 1];
  const baseRate = sampleRates[(word >>> 10) & 3];
  const isReserved = (word & 3) === RESERVED_EMPHASIS;
  if (bitrate === undefined || baseRate === undefined || isReserved) return undefined;
  const isMono = ((word >>> 6) & 3) === MONO;
  const sampleRate = baseRate / (rateDivisors[version] ?? 1);
  const samples = layer === 3 && !isMpeg1 ? 576 : 1152;
  const padding = (word >>> 9) & 1;
  return {
    sampleRate,
    channels: isMono ? 1 : 2,
    samples,
    sizeBytes: Math.floor(((samples / 8) * (bitrate * 1000)) / sampleRate) + padding,
    sideInfoBytes: sideInfoOf(isMpeg1, isMono),
    layer,
  };
}

/** The frames of MP3; the longest is MPEG 2.5, Layer II, 160 kbit/s at 8 kHz. */
export const mp3Frames: FrameFormat<Mp3FrameHeader> = {
  name: "MP3",
  parse: (bytes, offset) => parseMp3FrameHeader(uint32At(bytes, offset)),
  headerBytes: MP3_HEADER_BYTES,
  longestFrameBytes: 2881,
};

/** What an encoder wrote about the whole file into its first, silent frame. */
interface Mp3InfoTag {
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

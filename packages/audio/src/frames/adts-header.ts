import { aacChannels, sampleRates } from "../aac/stream-config.ts";
import { uint32At } from "../byte-fields.ts";
import type { FrameFormat, FrameHeader } from "./frame-stream.ts";

/** The header that every frame of a bare AAC stream begins with. */
interface AdtsHeader extends FrameHeader {
  /** By the number of ISO/IEC 14496-3, table 1.17; 2 is AAC-LC. */
  readonly objectType: number;
  readonly headerBytes: number;
}

/** The shortest prefix that `parseAdtsHeader` needs. */
const ADTS_HEADER_BYTES = 7;
const CHECKSUM_BYTES = 2;
const SYNC = 0xfff;
const SAMPLES_PER_BLOCK = 1024;

/**
 * Reads the header at an offset; undefined when it is none.
 * @see ISO/IEC 13818-7, 6.2
 */
export function parseAdtsHeader(bytes: Uint8Array, offset: number): AdtsHeader | undefined {
  const word = uint32At(bytes, offset);
  const sampleRate = sampleRates[(word >>> 10) & 15];
  const isHeader = word >>> 20 === SYNC && ((word >>> 17) & 3) === 0;
  if (!isHeader || sampleRate === undefined) return undefined;
  const headerBytes = ADTS_HEADER_BYTES + ((word >>> 16) & 1 ? 0 : CHECKSUM_BYTES);
  const rest = uint32At(bytes, offset + 3);
  const sizeBytes = (rest >>> 13) & 0x1fff;
  if (sizeBytes <= headerBytes) return undefined;
  return {
    sampleRate,
    channels: aacChannels((word >>> 6) & 7) ?? 1,
    samples: SAMPLES_PER_BLOCK * (((bytes[offset + 6] ?? 0) & 3) + 1),
    sizeBytes,
    objectType: ((word >>> 14) & 3) + 1,
    headerBytes,
  };
}

/** The frames of a bare AAC stream. */
export const adtsFrames: FrameFormat<AdtsHeader> = {
  name: "AAC",
  parse: parseAdtsHeader,
  headerBytes: ADTS_HEADER_BYTES,
  longestFrameBytes: 0x1fff,
};

import { parseAdtsHeader } from "./adts-header.ts";
import { BitReader } from "./bit-reader.ts";
import type { ChannelStream } from "./channel-stream.ts";
import { createFilterBank } from "./filter-bank.ts";
import type { FilterBank } from "./filter-bank.ts";
import { shapeNoise } from "./noise-shaping.ts";
import { readRawDataBlock } from "./raw-data-block.ts";
import { bandLayoutOf } from "./scale-factor-bands.ts";
import { readStreamConfig, requireLowComplexity } from "./stream-config.ts";

/** One decoded frame: the samples of every channel, full scale 1. */
export interface AacFrame {
  readonly channels: readonly Float32Array[];
  /** In Hz. */
  readonly sampleRate: number;
}

/** Decodes the next frame of a stream. Throws when the frame is damaged; the next may be whole. */
export type AacDecoder = (packet: Uint8Array) => AacFrame;

const MOST_CHANNELS = 16;

/**
 * Makes a decoder of AAC-LC. `description` is the AudioSpecificConfig; without it every packet must
 * begin with an ADTS header. Of HE-AAC it decodes the AAC-LC core, which has half the bandwidth.
 * Throws `unsupported_media` for other kinds of AAC.
 * @see ISO/IEC 14496-3, subpart 4
 */
export function createAacDecoder(description: Uint8Array | undefined): AacDecoder {
  const fixed = description === undefined ? undefined : readStreamConfig(description);
  const filterBanks: FilterBank[] = [];

  const synthesize = (stream: ChannelStream, channel: number): Float32Array => {
    const filterBank = (filterBanks[channel] ??= createFilterBank());
    for (const filter of stream.shapingFilters) shapeNoise(stream.spectrum, filter);
    return filterBank(stream.spectrum, stream.info);
  };

  return (packet) => {
    const header = fixed === undefined ? parseAdtsHeader(packet, 0) : undefined;
    const config = fixed ?? header;
    if (config === undefined) throw new RangeError("A frame without an ADTS header.");
    if (header !== undefined) requireLowComplexity(header.objectType);
    const layout = bandLayoutOf(config.sampleRate);
    const reader = new BitReader(packet.subarray(header?.headerBytes ?? 0));
    const streams = readRawDataBlock(reader, layout);
    if (streams.length === 0 || streams.length > MOST_CHANNELS) {
      throw new RangeError(`A frame of ${streams.length} channels.`);
    }
    return { channels: streams.map(synthesize), sampleRate: config.sampleRate };
  };
}

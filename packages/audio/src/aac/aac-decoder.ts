import { parseAdtsHeader } from "../frames/adts-header.ts";
import { BitReader } from "./bit-reader.ts";
import { readChannelPair, readChannelStream } from "./channel-stream.ts";
import type { ChannelStream } from "./channel-stream.ts";
import { createFilterBank } from "./filter-bank.ts";
import type { FilterBank } from "./filter-bank.ts";
import { shapeNoise } from "./noise-shaping.ts";
import { bandLayoutOf } from "./scale-factor-bands.ts";
import type { BandLayout } from "./scale-factor-bands.ts";
import { readStreamConfig, requireLowComplexity } from "./stream-config.ts";

const ELEMENT = {
  singleChannel: 0,
  channelPair: 1,
  coupling: 2,
  lowFrequency: 3,
  dataStream: 4,
  programConfig: 5,
  fill: 6,
  end: 7,
} as const;

/** More than any layout of channels has, with what may stand between them. */
const MOST_ELEMENTS = 128;
const LONG_DATA = 255;
const LONG_FILL = 15;

/** Skips whole bytes, which may be more than one read can hold. */
function skipBytes(reader: BitReader, count: number): void {
  reader.skip(count * 8);
}

function skipDataStream(reader: BitReader): void {
  reader.skip(4);
  const aligned = reader.readFlag();
  let count = reader.read(8);
  if (count === LONG_DATA) count += reader.read(8);
  if (aligned) reader.alignToByte();
  skipBytes(reader, count);
}

/** Fill elements also carry spectral band replication, which is left out: see `readStreamConfig`. */
function skipFill(reader: BitReader): void {
  let count = reader.read(4);
  if (count === LONG_FILL) count += reader.read(8) - 1;
  skipBytes(reader, count);
}

/** The channels are told by the elements themselves, so their plan can be skipped. */
function skipProgramConfig(reader: BitReader): void {
  reader.skip(4 + 2 + 4);
  const front = reader.read(4);
  const side = reader.read(4);
  const back = reader.read(4);
  const lowFrequency = reader.read(2);
  const data = reader.read(3);
  const coupling = reader.read(4);
  if (reader.readFlag()) reader.skip(4);
  if (reader.readFlag()) reader.skip(4);
  if (reader.readFlag()) reader.skip(3);
  reader.skip((front + side + back) * 5 + (lowFrequency + data) * 4 + coupling * 5);
  reader.alignToByte();
  skipBytes(reader, reader.read(8));
}

/** Reads the channels of one `raw_data_block()` in order, leaving out the low-frequency one. */
function readRawDataBlock(reader: BitReader, layout: BandLayout): readonly ChannelStream[] {
  const channels: ChannelStream[] = [];
  for (let count = 0; count < MOST_ELEMENTS; count++) {
    const element = reader.read(3);
    switch (element) {
      case ELEMENT.singleChannel:
        reader.skip(4);
        channels.push(readChannelStream(reader, layout));
        break;
      case ELEMENT.channelPair:
        reader.skip(4);
        channels.push(...readChannelPair(reader, layout));
        break;
      case ELEMENT.lowFrequency:
        reader.skip(4);
        readChannelStream(reader, layout);
        break;
      case ELEMENT.dataStream:
        skipDataStream(reader);
        break;
      case ELEMENT.programConfig:
        skipProgramConfig(reader);
        break;
      case ELEMENT.fill:
        skipFill(reader);
        break;
      case ELEMENT.end:
        reader.alignToByte();
        return channels;
      default:
        throw new RangeError("Coupling channels cannot be decoded.");
    }
  }
  throw new RangeError("A frame without an end.");
}

/** One decoded frame: the samples of every channel, full scale 1. */
interface AacFrame {
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

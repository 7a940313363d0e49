import { unsupported } from "../audio-errors.ts";
import { hasText, viewOf } from "../byte-fields.ts";
import { toSampleBlock, withoutPrinting } from "./packet-decoder.ts";
import type { PacketDecoder } from "./packet-decoder.ts";

/** 48 frames, the most of a packet of one stream, of 1275 bytes each, and as many streams as channels. */
const LONGEST_PACKET_BYTES = 8 * 62_000;

/** What the first packet of an Opus stream says. */
interface OpusHead {
  readonly channels: number;
  /** Samples at 48 kHz to be left out at the beginning. */
  readonly preSkip: number;
  readonly streamCount: number;
  readonly coupledStreamCount: number;
  readonly channelMappingTable: number[];
}

const HEAD_BYTES = 19;
const MAPPING_BYTES = 21;
const MOST_CHANNELS = 8;
/** libopus does the conversion to these by itself. */
const nativeRates = [8000, 12_000, 16_000, 24_000, 48_000] as const;

function simpleHead(channels: number, preSkip: number): OpusHead {
  const coupledStreamCount = channels - 1;
  const channelMappingTable = Array.from({ length: channels }, (_, channel) => channel);
  return { channels, preSkip, streamCount: 1, coupledStreamCount, channelMappingTable };
}

/** @see https://www.rfc-editor.org/rfc/rfc7845, section 5.1 */
function readOpusHead(head: Uint8Array | undefined, trackChannels: number): OpusHead {
  if (head === undefined || head.length < HEAD_BYTES || !hasText(head, 0, "OpusHead")) {
    return simpleHead(Math.min(2, Math.max(1, trackChannels)), 0);
  }
  const channels = head[9] ?? 0;
  const preSkip = viewOf(head).getUint16(10, true);
  const family = head[18] ?? 0;
  if (channels === 0 || channels > MOST_CHANNELS) throw unsupported(`Opus of ${channels} channels`);
  if (family === 0 && channels <= 2) return simpleHead(channels, preSkip);
  return readMapping(head, channels, preSkip);
}

/** The table by which several Opus streams make up the channels. */
function readMapping(head: Uint8Array, channels: number, preSkip: number): OpusHead {
  if (head.length < MAPPING_BYTES + channels) throw unsupported("Opus without a channel mapping");
  return {
    channels,
    preSkip,
    streamCount: head[19] ?? 0,
    coupledStreamCount: head[20] ?? 0,
    channelMappingTable: [...head.subarray(MAPPING_BYTES, MAPPING_BYTES + channels)],
  };
}

export interface OpusStream {
  /** The OpusHead packet; containers other than Ogg may lack it. */
  readonly description: Uint8Array | undefined;
  readonly channels: number;
  /** The frequency that the samples are wanted at, in Hz. */
  readonly wantedRate: number;
}

/** Decodes Opus by libopus, at the wanted frequency when that is one of its own, else at 48 kHz. */
export async function createOpusDecoder(stream: OpusStream): Promise<PacketDecoder> {
  const head = readOpusHead(stream.description, stream.channels);
  const { OpusDecoder } = await import("opus-decoder");
  const sampleRate = nativeRates.find((rate) => rate === stream.wantedRate) ?? 48_000;
  const preSkip = Math.round((head.preSkip * sampleRate) / 48_000);
  const decoder = new OpusDecoder({ ...head, preSkip, sampleRate });
  await decoder.ready;
  return {
    longestPacketBytes: LONGEST_PACKET_BYTES,
    decode: (packet) => toSampleBlock(withoutPrinting(() => decoder.decodeFrame(packet))),
    free: () => decoder.free(),
  };
}

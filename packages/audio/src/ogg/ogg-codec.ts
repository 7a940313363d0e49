import { hasText, viewOf } from "../byte-fields.ts";
import { readFlacInfo, STREAM_INFO_BYTES } from "../flac/flac-info.ts";

/** Codecs of sound that Ogg carries. */
export type OggCodec = "opus" | "vorbis" | "flac" | "speex";

const marks: Readonly<Record<OggCodec, string>> = {
  opus: "OpusHead",
  vorbis: "\u0001vorbis",
  flac: "\u007fFLAC",
  speex: "Speex   ",
};
const codecs = ["opus", "vorbis", "flac", "speex"] as const satisfies readonly OggCodec[];

/** The codec whose first packet these bytes are; undefined for pictures, text and the like. */
export function oggCodecOf(bytes: Uint8Array, offset = 0): OggCodec | undefined {
  return codecs.find((codec) => hasText(bytes, offset, marks[codec]));
}

/** What the first packet of a stream says. */
export interface OggStreamInfo {
  /** The frequency that positions are counted in, in Hz. */
  readonly granuleRate: number;
  /** Positions before this one are not to be heard. */
  readonly preSkip: number;
  readonly channels: number;
  /** 0 when the first packet does not tell. */
  readonly totalSamples: number;
}

const OPUS_GRANULE_RATE = 48_000;
const FLAC_STREAM_INFO = 17;

/** `preSkip` and `totalSamples` are 0 where left out. */
type ReadInfo = (
  packet: DataView,
) => Pick<OggStreamInfo, "granuleRate" | "channels"> & Partial<OggStreamInfo>;

const readers: Readonly<Record<OggCodec, ReadInfo>> = {
  /** @see https://www.rfc-editor.org/rfc/rfc7845, section 5.1 */
  opus: (packet) => ({
    granuleRate: OPUS_GRANULE_RATE,
    preSkip: packet.getUint16(10, true),
    channels: packet.getUint8(9),
  }),
  /** @see https://xiph.org/vorbis/doc/Vorbis_I_spec.html, section 4.2.2 */
  vorbis: (packet) => ({
    granuleRate: packet.getUint32(12, true),
    channels: packet.getUint8(11),
  }),
  /** @see https://www.rfc-editor.org/rfc/rfc9639, section 10.1 */
  flac: (packet) => {
    const { sampleRate, channels, totalSamples } = readFlacInfo(
      new Uint8Array(packet.buffer, packet.byteOffset + FLAC_STREAM_INFO, STREAM_INFO_BYTES),
    );
    return { granuleRate: sampleRate, channels, totalSamples };
  },
  /** @see https://www.speex.org/docs/manual/speex-manual/node8.html */
  speex: (packet) => ({
    granuleRate: packet.getUint32(36, true),
    channels: packet.getUint32(48, true),
  }),
};

/** Reads a stream's first packet; throws when it is cut off. */
export function readOggStreamInfo(codec: OggCodec, packet: Uint8Array): OggStreamInfo {
  return { preSkip: 0, totalSamples: 0, ...readers[codec](viewOf(packet)) };
}

/** Packets that describe the stream and hold no sound, wherever in the stream they stand. */
export const isOggHeader: Readonly<Record<OggCodec, (packet: Uint8Array) => boolean>> = {
  opus: (packet) => hasText(packet, 0, "OpusHead") || hasText(packet, 0, "OpusTags"),
  vorbis: (packet) => ((packet[0] ?? 0) & 1) === 1,
  flac: (packet) => packet[0] !== 0xff,
  speex: () => false,
};

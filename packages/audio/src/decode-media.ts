import type { InputAudioTrack } from "mediabunny";
import { unsupported } from "./audio-errors.ts";
import { createAacPacketDecoder } from "./decoders/aac-packet-decoder.ts";
import { decodePackets } from "./decoders/decode-packets.ts";
import { createFlacDecoder } from "./decoders/flac-decoder.ts";
import { createMp3Decoder } from "./decoders/mp3-decoder.ts";
import { createOpusDecoder } from "./decoders/opus-decoder.ts";
import type { PacketDecoder, SampleBlock } from "./decoders/packet-decoder.ts";
import { createVorbisDecoder } from "./decoders/vorbis-decoder.ts";
import type { RandomAccess } from "./files/random-access.ts";
import { openMediaInput, readPackets } from "./media-input.ts";
import type { DemuxedContainer } from "./media-input.ts";
import { decodePcm } from "./pcm/decode-pcm.ts";
import { pcmFormatOf } from "./pcm/pcm-format.ts";
import type { PcmFormat } from "./pcm/pcm-format.ts";
import { dropStart } from "./sample-stream.ts";

type SampleBlocks = AsyncGenerator<SampleBlock, void, undefined>;

interface Track {
  readonly track: InputAudioTrack;
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** What the codec needs to know before the first packet. */
  readonly description: Uint8Array | undefined;
}

async function describe(track: InputAudioTrack): Promise<Track> {
  const config = await track.getDecoderConfig();
  const codec = await track.getCodec();
  if (config === null || codec === null) {
    const id = await track.getInternalCodecId();
    throw unsupported(typeof id === "string" ? `Audio of the codec ${id}` : "Audio of this codec");
  }
  const { description } = config;
  return {
    track,
    codec,
    sampleRate: config.sampleRate,
    channels: config.numberOfChannels,
    description: description === undefined ? undefined : toBytes(description),
  };
}

const toBytes = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

async function* decodePcmTrack(track: InputAudioTrack, format: PcmFormat): SampleBlocks {
  for await (const packet of readPackets(track)) yield* decodePcm(packet, format);
}

function createDecoder(track: Track, wantedRate: number): PacketDecoder | Promise<PacketDecoder> {
  const { codec, description, channels } = track;
  switch (codec) {
    case "aac":
      return createAacPacketDecoder(description);
    case "mp3":
      return createMp3Decoder();
    case "flac":
      return createFlacDecoder();
    case "vorbis":
      return createVorbisDecoder(description);
    case "opus":
      return createOpusDecoder({ description, channels, wantedRate });
    default:
      throw unsupported(`Audio of the codec ${codec}`);
  }
}

async function* decodeTrack(track: Track, wantedRate: number): SampleBlocks {
  const pcm = pcmFormatOf(track);
  if (pcm !== undefined) {
    yield* decodePcmTrack(track.track, pcm);
    return;
  }
  // Opus says in its own header how much to leave out, and its decoder does so.
  const start = track.codec === "opus" ? 0 : await track.track.getFirstTimestamp();
  const decoder = await createDecoder(track, wantedRate);
  const blocks = decodePackets(readPackets(track.track), decoder);
  yield* start < 0 ? dropStart(blocks, -start) : blocks;
}

export interface MediaDecoding {
  readonly container: DemuxedContainer;
  /** The frequency that the samples are wanted at, in Hz; some codecs can meet it by themselves. */
  readonly wantedRate: number;
}

/** Decodes the first audio track of a container. Throws `unsupported_media` for foreign codecs. */
export async function* decodeMedia(source: RandomAccess, decoding: MediaDecoding): SampleBlocks {
  const { input, track } = await openMediaInput(source, decoding.container);
  try {
    yield* decodeTrack(await describe(track), decoding.wantedRate);
  } finally {
    input.dispose();
  }
}

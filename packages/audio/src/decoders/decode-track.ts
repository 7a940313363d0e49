import { unreadable, unsupported } from "../audio-errors.ts";
import { decodePcm, pcmFormatOf } from "../decode-pcm.ts";
import type { PcmFormat } from "../decode-pcm.ts";
import type { Pacer } from "../pacer.ts";
import { decodePackets } from "./decode-packets.ts";
import { createAacPacketDecoder, createFlacDecoder, createMp3Decoder } from "./frame-decoders.ts";
import { createOpusDecoder } from "./opus-decoder.ts";
import type { PacketDecoder, SampleBlock } from "./packet-decoder.ts";
import { createVorbisDecoder } from "./vorbis-decoder.ts";

/** Leaves out the first seconds, which an encoder put in front of the audio. */
async function* dropStart(
  blocks: AsyncIterable<SampleBlock>,
  seconds: number,
): AsyncGenerator<SampleBlock> {
  let remainingSeconds = seconds;
  for await (const { samples, sampleRate } of blocks) {
    const dropped = Math.min(samples.length, Math.round(remainingSeconds * sampleRate));
    remainingSeconds -= dropped / sampleRate;
    if (dropped < samples.length) yield { samples: samples.subarray(dropped), sampleRate };
  }
}

/** A track as its container describes it. */
interface CodedTrack {
  /** Such as `aac` or `pcm-s16be`. */
  readonly codec: string;
  /** What the codec needs to know before the first packet. */
  readonly description: Uint8Array | undefined;
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** What is to be left out at the beginning. */
  readonly skipSeconds: number;
  /** The frequency that the samples are wanted at, in Hz; some decoders can meet it. */
  readonly wantedRate: number;
}

async function createDecoder(track: CodedTrack): Promise<PacketDecoder> {
  const { codec, description } = track;
  switch (codec) {
    case "aac":
      return createAacPacketDecoder(description);
    case "mp3":
      return createMp3Decoder();
    case "flac":
      return createFlacDecoder();
    case "vorbis":
      if (description === undefined) throw unreadable("The Vorbis header is missing.");
      return createVorbisDecoder(description);
    case "opus":
      return createOpusDecoder(track);
    default:
      throw unsupported(`Audio of the codec ${codec}`);
  }
}

async function* decodePcmPackets(
  packets: AsyncIterable<Uint8Array>,
  format: PcmFormat,
): AsyncGenerator<SampleBlock> {
  for await (const packet of packets) yield* decodePcm(packet, format);
}

/** Decodes the packets of a track. Throws `unsupported_media` for codecs without a decoder. */
export async function* decodeTrack(
  packets: AsyncIterable<Uint8Array>,
  track: CodedTrack,
  pacer: Pacer,
): AsyncGenerator<SampleBlock> {
  const pcm = pcmFormatOf(track);
  const blocks =
    pcm === undefined
      ? decodePackets(packets, await createDecoder(track), pacer)
      : decodePcmPackets(packets, pcm);
  // Opus says in its own header how much to leave out, and its decoder does so.
  yield* track.codec === "opus" ? blocks : dropStart(blocks, track.skipSeconds);
}

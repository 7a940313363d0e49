import { unreadable, unsupported } from "../audio-errors.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import { createFlacDecoder } from "../decoders/frame-decoders.ts";
import { createOpusDecoder } from "../decoders/opus-decoder.ts";
import type { PacketDecoder, SampleBlock } from "../decoders/packet-decoder.ts";
import { createVorbisDecoder } from "../decoders/vorbis-decoder.ts";
import { measureWithin } from "../pacer.ts";
import type { RandomAccess } from "../random-access.ts";
import type { StreamDetails } from "../stream-details.ts";
import { isOggHeader, readOggStreamInfo } from "./ogg-codec.ts";
import type { OggCodec, OggStreamInfo } from "./ogg-codec.ts";
import { readOggPackets } from "./ogg-packets.ts";
import type { OggPacket } from "./ogg-packets.ts";

interface Stream extends OggStreamInfo {
  readonly codec: OggCodec;
  /** Where the positions begin. */
  start: number | undefined;
  end: number;
}

/** No page holds more sound: a first page that ends later belongs to a recording in progress. */
const LONGEST_PAGE_SECONDS = 10;

function secondsOf({ granuleRate, preSkip, totalSamples, start = 0, end }: Stream): number {
  const isLateStart = start > LONGEST_PAGE_SECONDS * granuleRate;
  const samples = totalSamples > 0 ? totalSamples : end - (isLateStart ? start : preSkip);
  return Math.max(0, samples) / granuleRate;
}

/**
 * Measures Ogg by the positions on its pages, joined files included. A header that tells the number
 * of samples is believed.
 */
export async function probeOgg(source: RandomAccess): Promise<StreamDetails> {
  const streams: Stream[] = [];
  const durationSeconds = await measureWithin(source.pacer, () => measure(source, streams));
  const [first] = streams;
  if (first === undefined || first.granuleRate === 0) {
    throw unreadable("The Ogg file is damaged: its first packet cannot be read.");
  }
  const { codec, granuleRate, channels } = first;
  return { codec, durationSeconds, sampleRate: granuleRate, channels };
}

/** The length of all streams together in seconds; also puts them into the list. */
async function measure(source: RandomAccess, streams: Stream[]): Promise<number> {
  let current: Stream | undefined;
  for await (const { codec, bytes, granule, isFirst } of readOggPackets(source)) {
    if (isFirst) {
      current = { ...readOggStreamInfo(codec, bytes), codec, start: undefined, end: 0 };
      streams.push(current);
    } else if (current !== undefined && granule > 0 && !isOggHeader[codec](bytes)) {
      current.start ??= granule;
      current.end = Math.max(current.end, granule);
    }
  }
  return streams.reduce((sum, stream) => sum + secondsOf(stream), 0);
}

function createDecoder({ codec, bytes }: OggPacket, wantedRate: number): Promise<PacketDecoder> {
  switch (codec) {
    case "opus":
      return createOpusDecoder({ description: bytes, channels: 1, wantedRate });
    case "vorbis":
      return createVorbisDecoder();
    case "flac":
      return createFlacDecoder();
    case "speex":
      throw unsupported("Speex");
  }
}

/** Vorbis takes its headers from among the packets; the others must not see theirs. */
const isForDecoder = ({ codec, bytes }: OggPacket): boolean =>
  codec === "vorbis" || !isOggHeader[codec](bytes);

/** Decodes the sound of an Ogg file; every stream of a joined file gets a decoder of its own. */
export async function* decodeOgg(
  source: RandomAccess,
  wantedRate: number,
): AsyncGenerator<SampleBlock> {
  const packets = readOggPackets(source);
  let next = await packets.next();

  async function* packetsOfStream(): AsyncGenerator<Uint8Array> {
    do {
      if (next.done === true) return;
      if (isForDecoder(next.value)) yield next.value.bytes;
      next = await packets.next();
    } while (next.done !== true && !next.value.isFirst);
  }

  try {
    while (next.done !== true) {
      const decoder = await createDecoder(next.value, wantedRate);
      yield* decodePackets(packetsOfStream(), decoder, source.pacer);
    }
  } finally {
    await packets.return();
  }
}

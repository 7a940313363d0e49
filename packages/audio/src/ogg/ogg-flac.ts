import { unreadable } from "../audio-errors.ts";
import type { StreamDetails } from "../audio-probe.ts";
import { hasText, uint32At } from "../byte-fields.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readOggPackets } from "./ogg-packets.ts";

const STREAM_INFO_OFFSET = 17;
const STREAM_INFO_BYTES = 34;
const FRAME_SYNC = 0x3ffe;

interface FlacInfo {
  readonly sampleRate: number;
  readonly channels: number;
  /** 0 when the encoder did not know. */
  readonly totalSamples: number;
}

/**
 * Reads the first packet of FLAC in Ogg.
 * @see https://xiph.org/flac/ogg_mapping.html and RFC 9639, section 8.2
 */
function readFirstPacket(bytes: Uint8Array): FlacInfo {
  const isWhole = bytes.length >= STREAM_INFO_OFFSET + STREAM_INFO_BYTES;
  if (!isWhole || !hasText(bytes, 9, "fLaC")) {
    throw unreadable("The Ogg file is damaged: its FLAC header cannot be read.");
  }
  const word = uint32At(bytes, STREAM_INFO_OFFSET + 10);
  const sampleRate = word >>> 12;
  if (sampleRate === 0) throw unreadable("The Ogg file is damaged: FLAC at 0 Hz.");
  const low = uint32At(bytes, STREAM_INFO_OFFSET + 14);
  const high = (bytes[STREAM_INFO_OFFSET + 13] ?? 0) & 0x0f;
  return { sampleRate, channels: ((word >>> 9) & 7) + 1, totalSamples: high * 2 ** 32 + low };
}

const isFlacFrame = (packet: Uint8Array): boolean => uint32At(packet, 0) >>> 18 === FRAME_SYNC;

/** The FLAC frames of an Ogg file, which the container library does not read. */
export async function* readOggFlacFrames(
  source: RandomAccess,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of readOggPackets(source)) if (isFlacFrame(bytes)) yield bytes;
}

/** Measures FLAC in Ogg by its header, otherwise by the position on its last page. */
export async function probeOggFlac(source: RandomAccess): Promise<StreamDetails> {
  let info: FlacInfo | undefined;
  let samples = 0;
  for await (const { bytes, granule } of readOggPackets(source)) {
    info ??= readFirstPacket(bytes);
    samples = Math.max(samples, info.totalSamples, granule);
    if (info.totalSamples > 0) break;
  }
  if (info === undefined) throw unreadable("The Ogg file is damaged: it holds no packet.");
  const { sampleRate, channels } = info;
  return { codec: "flac", durationSeconds: samples / sampleRate, sampleRate, channels };
}

import { decodePackets } from "../decoders/decode-packets.ts";
import { createAacPacketDecoder, createMp3Decoder } from "../decoders/frame-decoders.ts";
import type { PacketDecoder, SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../random-access.ts";
import type { StreamDetails } from "../stream-details.ts";
import { adtsFrames } from "./adts-header.ts";
import { measureFrames, readFirstFrame, readFramePackets } from "./frame-stream.ts";
import type { FrameFormat, FrameHeader } from "./frame-stream.ts";
import { mp3Frames, readMp3InfoTag } from "./mp3-frame.ts";

/** Measures a bare AAC stream by the headers of all frames. */
export async function probeAdts(source: RandomAccess): Promise<StreamDetails> {
  const { header } = await readFirstFrame(source, adtsFrames);
  const { sampleRate, channels } = header;
  const durationSeconds = await measureFrames(source, adtsFrames);
  return { codec: "aac", durationSeconds, sampleRate, channels };
}

/** What may follow the audio of a whole file: tags with the title and the like. */
const MOST_TAG_BYTES = 16_384;
/** Encoders disagree on which frames belong to the size; no frame in common use is longer. */
const FRAME_BYTES = 1500;

/** Cut-off and joined files keep the tag of the file that they were made from. */
const isWholeFile = (actualBytes: number, statedBytes: number): boolean =>
  actualBytes >= statedBytes - FRAME_BYTES && actualBytes <= statedBytes + MOST_TAG_BYTES;

/**
 * Measures an MP3 file: by its info tag when that fits the file's size, otherwise by the headers of
 * all frames, which is exact for any bit rate.
 */
export async function probeMp3(source: RandomAccess): Promise<StreamDetails> {
  const first = await readFirstFrame(source, mp3Frames);
  const { sampleRate, channels, samples, layer } = first.header;
  const details = { codec: layer === 3 ? "mp3" : "mp2", sampleRate, channels };
  const tag = readMp3InfoTag(first);
  if (tag === undefined)
    return { ...details, durationSeconds: await measureFrames(source, mp3Frames) };
  const isWhole = isWholeFile(source.sizeBytes - first.position, tag.sizeBytes ?? 0);
  const frameSeconds = samples / sampleRate;
  const padding = tag.paddingSamples / sampleRate;
  if (isWhole && tag.frames !== undefined)
    return { ...details, durationSeconds: Math.max(0, tag.frames * frameSeconds - padding) };
  const seconds = await measureFrames(source, mp3Frames);
  // The tag's own frame is none of the sound.
  const durationSeconds =
    seconds === undefined ? undefined : Math.max(0, seconds - frameSeconds - padding);
  return { ...details, durationSeconds };
}

/** Rejects with `audio_unreadable` when there is no frame. */
async function* decodeFrames<H extends FrameHeader>(
  source: RandomAccess,
  format: FrameFormat<H>,
  createDecoder: () => Promise<PacketDecoder>,
): AsyncGenerator<SampleBlock> {
  await readFirstFrame(source, format);
  yield* decodePackets(readFramePackets(source, format), await createDecoder(), source.pacer);
}

/** Decodes a bare AAC stream, frame by frame. */
export const decodeAdts = (source: RandomAccess): AsyncGenerator<SampleBlock> =>
  decodeFrames(source, adtsFrames, () => createAacPacketDecoder(undefined));

/** Decodes an MP3 file, frame by frame. */
export const decodeMp3 = (source: RandomAccess): AsyncGenerator<SampleBlock> =>
  decodeFrames(source, mp3Frames, createMp3Decoder);

import { unreadable } from "../audio-errors.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import { createAacPacketDecoder, createMp3Decoder } from "../decoders/frame-decoders.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import { measureWithin } from "../pacer.ts";
import type { RandomAccess } from "../random-access.ts";
import type { StreamDetails } from "../stream-details.ts";
import { adtsFrames } from "./adts-header.ts";
import { measureFrames, readFirstFrame, readFramePackets } from "./frame-stream.ts";
import { mp3Frames, readMp3InfoTag } from "./mp3-frame.ts";

/** Measures a bare AAC stream by the headers of all frames. */
export async function probeAdts(source: RandomAccess): Promise<StreamDetails> {
  const first = await readFirstFrame(source, adtsFrames);
  if (first === undefined) throw unreadable("The audio looks like AAC but holds no whole frame.");
  const { sampleRate, channels } = first.header;
  const durationSeconds = await measureWithin(source.pacer, () =>
    measureFrames(source, adtsFrames),
  );
  return { codec: "aac", durationSeconds, sampleRate, channels };
}

/** Decodes a bare AAC stream, frame by frame. */
export async function* decodeAdts(source: RandomAccess): AsyncGenerator<SampleBlock> {
  const first = await readFirstFrame(source, adtsFrames);
  if (first === undefined) throw unreadable("The audio looks like AAC but holds no whole frame.");
  yield* decodePackets(
    readFramePackets(source, adtsFrames),
    await createAacPacketDecoder(undefined),
    source.pacer,
  );
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
  if (first === undefined) throw unreadable("The audio looks like MP3 but holds no whole frame.");
  const { sampleRate, channels, samples, layer } = first.header;
  const details = { codec: layer === 3 ? "mp3" : "mp2", sampleRate, channels };
  const tag = readMp3InfoTag(first);
  const measure = (): Promise<number | undefined> =>
    measureWithin(source.pacer, () => measureFrames(source, mp3Frames));
  if (tag === undefined) return { ...details, durationSeconds: await measure() };
  const isWhole = isWholeFile(source.sizeBytes - first.position, tag.sizeBytes ?? 0);
  const frameSeconds = samples / sampleRate;
  const padding = tag.paddingSamples / sampleRate;
  if (isWhole && tag.frames !== undefined)
    return { ...details, durationSeconds: Math.max(0, tag.frames * frameSeconds - padding) };
  const seconds = await measure();
  // The tag's own frame is none of the sound.
  const durationSeconds =
    seconds === undefined ? undefined : Math.max(0, seconds - frameSeconds - padding);
  return { ...details, durationSeconds };
}

/** Decodes an MP3 file, frame by frame. */
export async function* decodeMp3(source: RandomAccess): AsyncGenerator<SampleBlock> {
  const first = await readFirstFrame(source, mp3Frames);
  if (first === undefined) throw unreadable("The audio looks like MP3 but holds no whole frame.");
  yield* decodePackets(readFramePackets(source, mp3Frames), await createMp3Decoder(), source.pacer);
}

import { unreadable } from "../audio-errors.ts";
import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { measureFrames, readFirstFrame } from "../frames/frame-stream.ts";
import { mp3Frames } from "./mp3-frame-header.ts";
import { readMp3InfoTag } from "./mp3-info-tag.ts";

/** Bytes of tags behind the audio that do not make the size in an info tag look wrong. */
const SIZE_TOLERANCE_BYTES = 16_384;

/**
 * Measures an MP3 file: by its info tag when that fits the file's size, otherwise by the headers of
 * all frames, which is exact for any bit rate. Cut-off and joined files keep the tag of the file that
 * they were made from.
 */
export async function probeMp3(source: RandomAccess): Promise<StreamDetails> {
  const first = await readFirstFrame(source, mp3Frames);
  if (first === undefined) throw unreadable("The audio looks like MP3 but holds no whole frame.");
  const { sampleRate, channels, samples, layer } = first.header;
  const details = { codec: layer === 3 ? "mp3" : "mp2", sampleRate, channels };
  const tag = readMp3InfoTag(first);
  if (tag === undefined)
    return { ...details, durationSeconds: await measureFrames(source, mp3Frames) };
  const audioBytes = source.sizeBytes - first.position;
  const isWholeFile = Math.abs(audioBytes - (tag.sizeBytes ?? 0)) <= SIZE_TOLERANCE_BYTES;
  const frameSeconds = samples / sampleRate;
  const durationSeconds =
    isWholeFile && tag.frames !== undefined
      ? tag.frames * frameSeconds
      : (await measureFrames(source, mp3Frames)) - frameSeconds;
  const padding = tag.paddingSamples / sampleRate;
  return { ...details, durationSeconds: Math.max(0, durationSeconds - padding) };
}

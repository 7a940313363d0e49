import { unreadable } from "../audio-errors.ts";
import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readMp3Frames } from "./mp3-frames.ts";
import type { Mp3Frame } from "./mp3-frames.ts";
import { readMp3InfoTag } from "./mp3-info-tag.ts";
import type { Mp3InfoTag } from "./mp3-info-tag.ts";

/** Bytes of tags behind the audio that do not make the size in an info tag look wrong. */
const SIZE_TOLERANCE_BYTES = 16_384;

/** Cut-off and joined files keep the tag of the file that they were made from. */
function isPlausible(tag: Mp3InfoTag, first: Mp3Frame, fileBytes: number): boolean {
  if (tag.sizeBytes === undefined) return false;
  const actualBytes = fileBytes - first.position;
  return Math.abs(actualBytes - tag.sizeBytes) <= SIZE_TOLERANCE_BYTES;
}

/** Adds the lengths of all frames up, in seconds. */
async function walk(source: RandomAccess): Promise<number> {
  let seconds = 0;
  for await (const frames of readMp3Frames(source)) {
    for (const { header } of frames) seconds += header.samples / header.sampleRate;
  }
  return seconds;
}

async function readFirstFrame(source: RandomAccess): Promise<Mp3Frame> {
  for await (const [first] of readMp3Frames(source)) if (first !== undefined) return first;
  throw unreadable("The audio is damaged: it looks like MP3 but holds no whole frame.");
}

/**
 * Measures an MP3 file: by its info tag when that fits the file's size, otherwise by the headers of
 * all frames, which is exact for any bit rate.
 */
export async function probeMp3(source: RandomAccess): Promise<StreamDetails> {
  const first = await readFirstFrame(source);
  const tag = readMp3InfoTag(first);
  const { sampleRate, channels, samples, layer } = first.header;
  const frameSeconds = samples / sampleRate;
  const isTrusted = tag !== undefined && isPlausible(tag, first, source.sizeBytes);
  const counted = isTrusted && tag.frames !== undefined ? tag.frames * frameSeconds : undefined;
  const walked = async (): Promise<number> =>
    (await walk(source)) - (tag === undefined ? 0 : frameSeconds);
  const padding = (tag?.paddingSamples ?? 0) / sampleRate;
  return {
    codec: layer === 3 ? "mp3" : "mp2",
    durationSeconds: Math.max(0, (counted ?? (await walked())) - padding),
    sampleRate,
    channels,
  };
}

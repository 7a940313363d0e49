import type { MatroskaTrack } from "./matroska-track.ts";

/** @see https://www.matroska.org/technical/codec_specs.html */
const codecs: ReadonlyMap<string, string> = new Map([
  ["A_OPUS", "opus"],
  ["A_VORBIS", "vorbis"],
  ["A_AAC", "aac"],
  ["A_FLAC", "flac"],
  ["A_MPEG/L3", "mp3"],
  ["A_MPEG/L2", "mp3"],
]);
const integerEncodings: ReadonlyMap<number, string> = new Map([
  [8, "pcm-u8"],
  [16, "pcm-s16"],
  [24, "pcm-s24"],
  [32, "pcm-s32"],
]);

/** The codec by the name that this package uses; Matroska's own name for codecs without a decoder. */
export function matroskaCodecOf({ codecId, bitDepth }: MatroskaTrack): string {
  const integer = integerEncodings.get(bitDepth);
  if (codecId === "A_PCM/INT/LIT" && integer !== undefined) return integer;
  if (codecId === "A_PCM/INT/BIG" && integer !== undefined) return `${integer}be`;
  if (codecId === "A_PCM/FLOAT/IEEE") return `pcm-f${bitDepth}`;
  return codecs.get(codecId) ?? codecId;
}

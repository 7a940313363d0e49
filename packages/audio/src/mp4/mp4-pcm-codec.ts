import { findBox } from "./mp4-boxes.ts";

/** The fields of a sound description that tell how uncompressed samples are stored. */
export interface PcmDescription {
  /** The description's four characters. */
  readonly format: string;
  readonly bits: number;
  /** Flags of the newest version of the description. */
  readonly flags: number;
  /** The boxes behind the fields. */
  readonly extensions: Uint8Array;
}

type NameCodec = (description: PcmDescription, order: "" | "be") => string;

const FLAG = { float: 1, bigEndian: 2 } as const;

/** @see https://developer.apple.com/documentation/quicktime-file-format/sound_sample_descriptions */
const codecs: Readonly<Record<string, NameCodec>> = {
  "raw ": () => "pcm-u8",
  sowt: ({ bits }) => (bits === 8 ? "pcm-s8" : "pcm-s16"),
  twos: ({ bits }) => (bits === 8 ? "pcm-s8" : "pcm-s16be"),
  in24: (_, order) => `pcm-s24${order}`,
  in32: (_, order) => `pcm-s32${order}`,
  fl32: (_, order) => `pcm-f32${order}`,
  fl64: (_, order) => `pcm-f64${order}`,
  ulaw: () => "ulaw",
  alaw: () => "alaw",
  lpcm: ({ bits, flags }) =>
    `pcm-${(flags & FLAG.float) === 0 ? "s" : "f"}${bits}${(flags & FLAG.bigEndian) === 0 ? "" : "be"}`,
};

/** The codec by the name that this package uses; undefined for compressed sound. */
export function mp4PcmCodecOf(description: PcmDescription): string | undefined {
  const { format, extensions } = description;
  const mark = findBox(extensions, "wave", "enda") ?? findBox(extensions, "enda");
  return codecs[format]?.(description, mark?.[1] === 1 ? "" : "be");
}

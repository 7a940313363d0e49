/** How uncompressed samples are stored. */
export interface PcmFormat {
  readonly encoding: PcmEncoding;
  readonly littleEndian: boolean;
  readonly channels: number;
  /** In Hz. */
  readonly sampleRate: number;
}

/** Whole numbers (`u` unsigned, `s` signed), floating point, and the two laws of telephony. */
export type PcmEncoding = "u8" | "s8" | "s16" | "s24" | "s32" | "f32" | "f64" | "ulaw" | "alaw";

/** Bytes of one sample of one channel. */
export const pcmSampleBytes: Readonly<Record<PcmEncoding, number>> = {
  u8: 1,
  s8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
  f32: 4,
  f64: 8,
  ulaw: 1,
  alaw: 1,
};

const isPcmEncoding = (name: string): name is PcmEncoding => Object.hasOwn(pcmSampleBytes, name);

/** The format that a codec name such as `pcm-s16be` stands for; undefined for compressed audio. */
export function pcmFormatOf(track: {
  readonly codec: string;
  readonly channels: number;
  readonly sampleRate: number;
}): PcmFormat | undefined {
  const littleEndian = !track.codec.endsWith("be");
  const encoding = track.codec.replace(/^pcm-/, "").replace(/be$/, "");
  if (!isPcmEncoding(encoding)) return undefined;
  return { encoding, littleEndian, channels: track.channels, sampleRate: track.sampleRate };
}

/** Bytes of one sample of all channels. */
export const pcmFrameBytes = ({ encoding, channels }: PcmFormat): number =>
  pcmSampleBytes[encoding] * channels;

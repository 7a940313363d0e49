import { hasText, id3SizeBytes, uint32At } from "./byte-fields.ts";
import { adtsFrames } from "./frames/adts-header.ts";
import type { FrameFormat, FrameHeader } from "./frames/frame-stream.ts";
import { mp3Frames } from "./frames/mp3-frame.ts";
import { oggCodecOf } from "./ogg/ogg-codec.ts";

/** File formats that are told apart by their first bytes; `adts` is a bare AAC stream. */
export type Container =
  | "wav"
  | "w64"
  | "mp3"
  | "mp4"
  | "mov"
  | "flac"
  | "ogg"
  | "webm"
  | "matroska"
  | "adts"
  | "amr"
  | "aiff"
  | "caf"
  | "au"
  | "asf";

/** What the first bytes say about a file. */
export interface MediaType {
  /** Such as `audio/mpeg`; `audio/mp4` and `audio/webm` also where there may be pictures. */
  readonly mediaType: string;
  /** The usual file extension, without a dot. */
  readonly extension: string;
  readonly container: Container;
  /** The codec inside, where the first bytes tell it, such as `opus` in `ogg`. */
  readonly codec?: string;
}

const type = (container: Container, mediaType: string, extension: string): MediaType =>
  Object.freeze({ mediaType, extension, container });

/** Everything that `sniffMediaType` can answer, apart from the codec inside Ogg. */
export const mediaTypes: Readonly<Record<Container | "m4a" | "mobile" | "amrWide", MediaType>> = {
  wav: type("wav", "audio/wav", "wav"),
  w64: type("w64", "audio/x-w64", "w64"),
  mp3: type("mp3", "audio/mpeg", "mp3"),
  m4a: type("mp4", "audio/mp4", "m4a"),
  mp4: type("mp4", "audio/mp4", "mp4"),
  mobile: type("mp4", "audio/3gpp", "3gp"),
  mov: type("mov", "video/quicktime", "mov"),
  flac: type("flac", "audio/flac", "flac"),
  ogg: type("ogg", "audio/ogg", "ogg"),
  webm: type("webm", "audio/webm", "webm"),
  matroska: type("matroska", "video/x-matroska", "mkv"),
  adts: type("adts", "audio/aac", "aac"),
  amr: type("amr", "audio/amr", "amr"),
  amrWide: type("amr", "audio/amr-wb", "awb"),
  aiff: type("aiff", "audio/aiff", "aiff"),
  caf: type("caf", "audio/x-caf", "caf"),
  au: type("au", "audio/basic", "au"),
  asf: type("asf", "audio/x-ms-wma", "wma"),
};

type Sniffer = (head: Uint8Array) => MediaType | undefined;

const W64_GUID = [0x72, 0x69, 0x66, 0x66, 0x2e, 0x91, 0xcf, 0x11] as const;
const ASF_GUID = [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11] as const;
const EBML_MAGIC = 0x1a45dfa3;
const EBML_DOC_TYPE = 0x4282;
/** The EBML header is a few dozen bytes; what follows must not be searched for its fields. */
const EBML_HEADER_BYTES = 64;

const hasBytes = (head: Uint8Array, bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => head[index] === byte);

const sniffRiff: Sniffer = (head) => {
  if (hasBytes(head, W64_GUID)) return mediaTypes.w64;
  const isForm = hasText(head, 0, "FORM");
  if (isForm && (hasText(head, 8, "AIFF") || hasText(head, 8, "AIFC"))) return mediaTypes.aiff;
  const isRiff = ["RIFF", "RF64", "BW64"].some((mark) => hasText(head, 0, mark));
  return isRiff && hasText(head, 8, "WAVE") ? mediaTypes.wav : undefined;
};

const sniffMark: Sniffer = (head) => {
  if (hasText(head, 0, "fLaC")) return mediaTypes.flac;
  if (hasText(head, 0, "#!AMR-WB\n")) return mediaTypes.amrWide;
  if (hasText(head, 0, "#!AMR\n")) return mediaTypes.amr;
  if (hasText(head, 0, "caff")) return mediaTypes.caf;
  if (hasText(head, 0, ".snd")) return mediaTypes.au;
  return hasBytes(head, ASF_GUID) ? mediaTypes.asf : undefined;
};

const sniffIsoMedia: Sniffer = (head) => {
  if (hasText(head, 4, "ftyp")) {
    if (hasText(head, 8, "qt  ")) return mediaTypes.mov;
    if (hasText(head, 8, "3g")) return mediaTypes.mobile;
    const isAudio = hasText(head, 8, "M4A") || hasText(head, 8, "M4B");
    return isAudio ? mediaTypes.m4a : mediaTypes.mp4;
  }
  // Old QuickTime begins with some atom; the size in front of it is no text.
  const isAtom = ["moov", "mdat", "wide"].some((atom) => hasText(head, 4, atom));
  return isAtom && (head[0] ?? 0xff) < 0x20 ? mediaTypes.mov : undefined;
};

const sniffOgg: Sniffer = (head) => {
  if (!hasText(head, 0, "OggS")) return undefined;
  const payload = 27 + (head[26] ?? 1);
  const codec = oggCodecOf(head, payload);
  return codec === undefined ? mediaTypes.ogg : { ...mediaTypes.ogg, codec };
};

const sniffMatroska: Sniffer = (head) => {
  if (uint32At(head, 0) !== EBML_MAGIC) return undefined;
  for (let offset = 4; offset < Math.min(head.length, EBML_HEADER_BYTES); offset++) {
    if (uint32At(head, offset) >>> 16 !== EBML_DOC_TYPE) continue;
    return hasText(head, offset + 3, "matroska") ? mediaTypes.matroska : mediaTypes.webm;
  }
  return mediaTypes.webm;
};

/** True when a frame stands at the beginning, and another where the first ends if that is to be seen. */
function beginsWithFrame<H extends FrameHeader>(head: Uint8Array, format: FrameFormat<H>): boolean {
  if (head.length < format.headerBytes) return false;
  const header = format.parse(head, 0);
  if (header === undefined) return false;
  const isBeyond = head.length < header.sizeBytes + format.headerBytes;
  return isBeyond || format.parse(head, header.sizeBytes) !== undefined;
}

const sniffAdts: Sniffer = (head) =>
  beginsWithFrame(head, adtsFrames) ? mediaTypes.adts : undefined;

const sniffMp3: Sniffer = (head) => (beginsWithFrame(head, mp3Frames) ? mediaTypes.mp3 : undefined);

/** An ID3v2 tag may also stand in front of AAC or FLAC; when it hides them, MP3 is likeliest. */
const sniffTagged: Sniffer = (head) => {
  const tagBytes = id3SizeBytes(head);
  if (tagBytes === 0) return undefined;
  const audio = head.subarray(tagBytes);
  return sniffAdts(audio) ?? (hasText(audio, 0, "fLaC") ? mediaTypes.flac : mediaTypes.mp3);
};

const sniffers: readonly Sniffer[] = [
  sniffRiff,
  sniffTagged,
  sniffIsoMedia,
  sniffOgg,
  sniffMatroska,
  sniffMark,
  sniffAdts,
  sniffMp3,
];

/**
 * Recognises an audio file by its first bytes: 16 suffice for the format, 64 also tell the codec
 * inside Ogg, and WebM from other Matroska. Undefined for text, pictures, junk and nothing at all.
 */
export function sniffMediaType(head: Uint8Array): MediaType | undefined {
  for (const sniff of sniffers) {
    const found = sniff(head);
    if (found !== undefined) return found;
  }
  return undefined;
}

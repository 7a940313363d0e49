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

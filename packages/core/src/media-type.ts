/** Other names under which the same media travel; browsers and recorders disagree. */
const SYNONYMS: Readonly<Record<string, string>> = {
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/vnd.wave": "audio/wav",
  "audio/mp3": "audio/mpeg",
  "audio/x-mp3": "audio/mpeg",
  "audio/mpga": "audio/mpeg",
  "audio/mpeg3": "audio/mpeg",
  "audio/m4a": "audio/mp4",
  "audio/x-m4a": "audio/mp4",
  "video/mp4": "audio/mp4",
  "audio/x-flac": "audio/flac",
  "audio/opus": "audio/ogg",
  "audio/x-opus": "audio/ogg",
  "audio/vorbis": "audio/ogg",
  "application/ogg": "audio/ogg",
  "video/ogg": "audio/ogg",
  "video/webm": "audio/webm",
  "audio/x-aac": "audio/aac",
  "audio/aacp": "audio/aac",
  "audio/x-aiff": "audio/aiff",
};

const SAYS_NOTHING: ReadonlySet<string> = new Set([
  "",
  "application/octet-stream",
  "binary/octet-stream",
]);

const synonyms = new Map(Object.entries(SYNONYMS));

/** The usual name of a media type without its parameters; undefined when it says nothing. */
export function toPlainMediaType(mediaType: string): string | undefined {
  const plain = (mediaType.split(";")[0] ?? "").trim().toLowerCase();
  return SAYS_NOTHING.has(plain) ? undefined : (synonyms.get(plain) ?? plain);
}

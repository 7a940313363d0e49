import { unreadable } from "./audio-errors.ts";
import type { RandomAccess } from "./files/random-access.ts";
import { areMostlyFrames } from "./frames/frame-stream.ts";
import { mediaTypes } from "./media-types.ts";
import type { MediaType } from "./media-types.ts";
import { mp3Frames } from "./mp3/mp3-frame-header.ts";
import { sniffMediaType } from "./sniff-media-type.ts";

/** Enough to be sure of MP3 that begins in the middle of a frame, as recorded radio does. */
const HEAD_BYTES = 64 * 1024;

/** Recognises audio by its beginning. Throws `audio_unreadable` for everything else. */
export async function recogniseAudio(source: RandomAccess): Promise<MediaType> {
  if (source.sizeBytes === 0) throw unreadable("The audio file is empty.");
  const head = await source.read(0, HEAD_BYTES);
  const type =
    sniffMediaType(head) ?? (areMostlyFrames(head, mp3Frames) ? mediaTypes.mp3 : undefined);
  if (type === undefined) {
    throw unreadable(
      "The file is no audio of a known format (WAV, MP3, MP4, FLAC, Ogg, WebM, AAC).",
    );
  }
  return type;
}

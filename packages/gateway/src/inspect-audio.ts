import { sniffMediaType } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile } from "@earshot/core";

const HEAD_BYTES = 64;
const KNOWN = "flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav and webm";

const readHead = async (audio: AudioFile): Promise<Uint8Array> => {
  // Opening reads, and throws away, as much of a file as is good for sending it.
  if (audio.read !== undefined && audio.sizeBytes !== undefined)
    return audio.read(0, Math.min(HEAD_BYTES, audio.sizeBytes));
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  for await (const chunk of audio.open()) {
    const part = chunk.subarray(0, HEAD_BYTES - length);
    head.set(part, length);
    length += part.length;
    if (length === HEAD_BYTES) break;
  }
  return head.subarray(0, length);
};

const withExtension = (fileName: string, extension: string): string => {
  const base = fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
  const dot = base.lastIndexOf(".");
  const stem = dot < 0 ? base : base.slice(0, dot);
  const current = base.slice(stem.length + 1).toLowerCase();
  return current === extension ? base : `${stem === "" ? "audio" : stem}.${extension}`;
};

/** Extensions that name the same container, so that a client's own spelling is kept. */
const SAME_CONTAINER: readonly (readonly string[])[] = [
  ["mp3", "mpga", "mpeg"],
  ["m4a", "mp4", "m4b", "mov", "3gp"],
  ["ogg", "oga", "opus"],
  ["webm", "weba", "mka", "mkv"],
  ["wav", "wave"],
];

const isSameContainer = (one: string, other: string): boolean =>
  one === other || SAME_CONTAINER.some((names) => names.includes(one) && names.includes(other));

/**
 * Recognises audio by its first bytes and gives it the file name and media type that providers go
 * by, whatever the client called it. Throws `audio_unreadable` (400) for anything that is no audio.
 */
export async function inspectAudio(audio: AudioFile): Promise<AudioFile> {
  const head = await readHead(audio);
  if (head.length === 0)
    throw new TranscriptionError("audio_unreadable", "The file is empty. Send audio.", {
      param: "file",
    });
  const found = sniffMediaType(head);
  if (found === undefined)
    throw new TranscriptionError(
      "audio_unreadable",
      `The file '${audio.fileName}' was not recognised as audio by its first bytes. Send one of ${KNOWN}.`,
      { param: "file" },
    );
  const dot = audio.fileName.lastIndexOf(".");
  const extension = dot < 0 ? "" : audio.fileName.slice(dot + 1).toLowerCase();
  const fileName = isSameContainer(extension, found.extension)
    ? withExtension(audio.fileName, extension)
    : withExtension(audio.fileName, found.extension);
  const read = audio.read?.bind(audio);
  return {
    type: "file",
    fileName,
    mediaType: found.mediaType,
    get sizeBytes() {
      return audio.sizeBytes;
    },
    durationSeconds: audio.durationSeconds,
    open: (options) => audio.open(options),
    ...(read === undefined ? {} : { read }),
  };
}

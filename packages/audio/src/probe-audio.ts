import type { AudioFile } from "@earshot/core";
import { throwIfAborted, toAudioError } from "./audio-errors.ts";
import { openAudio } from "./open-audio.ts";
import type { Container } from "./sniff-media-type.ts";
import type { StreamDetails } from "./stream-details.ts";

/** What `probeAudio` finds out about a file. */
export interface AudioProbe extends StreamDetails {
  readonly container: Container;
  /** As `sniffMediaType` names it, such as `audio/mpeg`. */
  readonly mediaType: string;
}

const NOTHING: StreamDetails = {
  codec: undefined,
  durationSeconds: undefined,
  sampleRate: undefined,
  channels: undefined,
};

/**
 * Finds out what a file holds and how long it is, by headers where they can be trusted, otherwise
 * by reading through it. Rejects with `audio_unreadable` for anything that is no audio or holds
 * none, with `aborted` when the signal fires, and with `audio_too_large` when an audio without
 * `read` exceeds `MAXIMUM_COLLECTED_BYTES`.
 */
export async function probeAudio(file: AudioFile, signal?: AbortSignal): Promise<AudioProbe> {
  try {
    const { source, type, reader } = await openAudio(file, signal);
    const details = reader === undefined ? NOTHING : await reader.probe(source);
    throwIfAborted(signal);
    return { container: type.container, mediaType: type.mediaType, ...details };
  } catch (error) {
    throw toAudioError(error, signal);
  }
}

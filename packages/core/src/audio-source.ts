export interface OpenOptions {
  /** True: each chunk is done with before the next is asked for, so that its memory may be used again. */
  readonly transient?: boolean | undefined;
}

/**
 * Audio that can be read from its first byte as often as needed, also while it is still arriving:
 * every attempt on every provider opens it anew.
 */
export interface AudioFile {
  readonly type: "file";
  /** Name with extension, as a provider should see it, such as `talk.mp3`. */
  readonly fileName: string;
  /** Media type recognised from the bytes where possible, such as `audio/mpeg`. */
  readonly mediaType: string;
  /** Size in bytes; undefined while the audio is still arriving and nobody has announced its size. */
  readonly sizeBytes: number | undefined;
  /** Length in seconds; undefined when it was not measured. */
  readonly durationSeconds: number | undefined;
  /** Reads from the first byte. Rejects with the code `aborted` when the audio is gone. */
  open(options?: OpenOptions): AsyncIterable<Uint8Array>;
  /**
   * Reads the bytes from `start` (inclusive) to `end` (exclusive), fewer at the end of the audio;
   * waits for bytes that are still arriving.
   * Absent when the source can only be read in order.
   */
  readonly read?: ((start: number, end: number) => Promise<Uint8Array>) | undefined;
  /**
   * Until when the client kept everybody waiting for audio (now, while it does), in milliseconds of the
   * gateway's clock; absent when it was all there. Time limits count from then: a slow client is not a
   * slow provider.
   */
  readonly arrivedAtMs?: (() => number) | undefined;
}

/** Audio that the provider fetches by itself; only for providers that declare `urlInput`. */
export interface AudioUrl {
  readonly type: "url";
  readonly url: string;
}

export type AudioSource = AudioFile | AudioUrl;

/** The same audio under another name, type or length; what is not yet known of its size stays live. */
export function describedAs(
  audio: AudioFile,
  facts: Partial<Pick<AudioFile, "fileName" | "mediaType" | "durationSeconds" | "arrivedAtMs">>,
): AudioFile {
  return {
    type: "file",
    fileName: audio.fileName,
    mediaType: audio.mediaType,
    get sizeBytes() {
      return audio.sizeBytes;
    },
    durationSeconds: audio.durationSeconds,
    open: (options) => audio.open(options),
    read: audio.read?.bind(audio),
    arrivedAtMs: audio.arrivedAtMs,
    ...facts,
  };
}

/** What is known of the first audio stream in a file. */
export interface StreamDetails {
  /** Such as `mp3`, `aac`, `opus`, `pcm-s16`; undefined when the container is not looked into. */
  readonly codec: string | undefined;
  /** Seconds; 0 for audio without a sample, undefined when it cannot be told. */
  readonly durationSeconds: number | undefined;
  /** In Hz. */
  readonly sampleRate: number | undefined;
  readonly channels: number | undefined;
}

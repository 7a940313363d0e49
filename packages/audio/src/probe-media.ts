import { TranscriptionError } from "@earshot/core";
import type { Input, InputAudioTrack } from "mediabunny";
import type { StreamDetails } from "./audio-probe.ts";
import type { RandomAccess } from "./files/random-access.ts";
import { openMediaInput } from "./media-input.ts";
import type { DemuxedContainer } from "./media-input.ts";

/** The container's own name for a codec that the library does not know, such as `alac`. */
async function foreignCodec(track: InputAudioTrack): Promise<string | undefined> {
  const id = await track.getInternalCodecId();
  return typeof id === "string" ? id.trim() : undefined;
}

const positive = (value: number | null): number | undefined =>
  value !== null && Number.isFinite(value) && value > 0 ? value : undefined;

/** The duration by the last packets; undefined when damage keeps them from being found. */
async function compute(input: Input, track: InputAudioTrack): Promise<number | undefined> {
  try {
    const duration = await input.computeDuration([track]);
    return Number.isFinite(duration) && duration >= 0 ? duration : undefined;
  } catch (error) {
    if (TranscriptionError.is(error)) throw error;
    return undefined;
  }
}

/** Measures a container by its header where that tells the duration, otherwise by its last packets. */
export async function probeMedia(
  source: RandomAccess,
  container: DemuxedContainer,
): Promise<StreamDetails> {
  const { input, track } = await openMediaInput(source, container);
  try {
    const stated = positive(await input.getDurationFromMetadata([track]));
    return {
      codec: (await track.getCodec()) ?? (await foreignCodec(track)),
      durationSeconds: stated ?? (await compute(input, track)),
      sampleRate: positive(await track.getSampleRate()),
      channels: positive(await track.getNumberOfChannels()),
    };
  } finally {
    input.dispose();
  }
}

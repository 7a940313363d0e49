import type { AudioFile } from "@earshot/core";
import { probeAdts } from "./aac/probe-adts.ts";
import { throwIfAborted, toAudioError } from "./audio-errors.ts";
import type { AudioProbe, StreamDetails } from "./audio-probe.ts";
import { openRandomAccess } from "./files/random-access.ts";
import type { RandomAccess } from "./files/random-access.ts";
import { probeFlac } from "./flac/probe-flac.ts";
import { probeMatroska } from "./matroska/probe-matroska.ts";
import type { Container } from "./media-types.ts";
import { probeMp3 } from "./mp3/probe-mp3.ts";
import { probeMp4 } from "./mp4/probe-mp4.ts";
import { probeOgg } from "./ogg/probe-ogg.ts";
import { recogniseAudio } from "./recognise-audio.ts";
import { probeWave } from "./wave/probe-wave.ts";

type Prober = (source: RandomAccess) => Promise<StreamDetails>;

/** Formats that are passed on as they are; only their names are known. */
const probeNothing: Prober = () =>
  Promise.resolve({
    codec: undefined,
    durationSeconds: undefined,
    sampleRate: undefined,
    channels: undefined,
  });

const probers: Readonly<Record<Container, Prober>> = {
  wav: probeWave,
  w64: probeWave,
  mp3: probeMp3,
  mp4: probeMp4,
  mov: probeMp4,
  flac: probeFlac,
  ogg: probeOgg,
  webm: probeMatroska,
  matroska: probeMatroska,
  adts: probeAdts,
  amr: probeNothing,
  aiff: probeNothing,
  caf: probeNothing,
  au: probeNothing,
  asf: probeNothing,
};

/**
 * Finds out what a file holds and how long it is, by headers where they can be trusted, otherwise
 * by reading through it. Rejects with `audio_unreadable` for anything that is no audio or holds
 * none, with `aborted` when the signal fires, and with `audio_too_large` when an audio without
 * `read` exceeds `MAXIMUM_COLLECTED_BYTES`.
 */
export async function probeAudio(file: AudioFile, signal?: AbortSignal): Promise<AudioProbe> {
  try {
    const source = await openRandomAccess(file, signal);
    const type = await recogniseAudio(source);
    const details = await probers[type.container](source);
    throwIfAborted(signal);
    return { container: type.container, mediaType: type.mediaType, ...details };
  } catch (error) {
    throw toAudioError(error, signal);
  }
}

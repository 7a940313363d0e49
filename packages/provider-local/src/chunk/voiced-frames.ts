import { SAMPLE_RATE } from "../engine/speech-engine.ts";

/** Samples of one frame: 20 ms. */
export const FRAME_SAMPLES: number = SAMPLE_RATE / 50;

/** Mean energy of each whole frame. */
export function frameEnergies(samples: Float32Array): Float32Array {
  const energies = new Float32Array(Math.floor(samples.length / FRAME_SAMPLES));
  for (let frame = 0; frame < energies.length; frame++) {
    let sum = 0;
    const end = (frame + 1) * FRAME_SAMPLES;
    for (let index = frame * FRAME_SAMPLES; index < end; index++) {
      const sample = samples[index] ?? 0;
      sum += sample * sample;
    }
    energies[frame] = sum / FRAME_SAMPLES;
  }
  return energies;
}

/** Powers against the loud and the quiet tenth of the audio: 25 dB below, 6 dB above, 3 dB below. */
const BELOW_LOUD = 0.003;
const ABOVE_QUIET = 4;
const NEVER_ABOVE = 0.5;

/** Numbers of the frames that stand out of this audio's own background; all when none does. */
export function voicedFrames(samples: Float32Array): readonly number[] {
  const energies = frameEnergies(samples);
  const sorted = Float32Array.from(energies).toSorted();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  const loud = at(0.95);
  const threshold = Math.min(
    Math.max(loud * BELOW_LOUD, at(0.1) * ABOVE_QUIET),
    loud * NEVER_ABOVE,
  );
  const voiced: number[] = [];
  energies.forEach((energy, frame) => {
    if (energy > threshold) voiced.push(frame);
  });
  return voiced.length > 0 ? voiced : [...energies.keys()];
}

/** Seconds at which a frame starts. */
export function secondsOfFrame(frame: number): number {
  return (frame * FRAME_SAMPLES) / SAMPLE_RATE;
}

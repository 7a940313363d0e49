import type { SampleBlock } from "./packet-decoder.ts";

/** Leaves out the first seconds, which an encoder put in front of the audio. */
export async function* dropStart(
  blocks: AsyncIterable<SampleBlock>,
  seconds: number,
): AsyncGenerator<SampleBlock, void, undefined> {
  let remainingSeconds = seconds;
  for await (const { samples, sampleRate } of blocks) {
    const dropped = Math.min(samples.length, Math.round(remainingSeconds * sampleRate));
    remainingSeconds -= dropped / sampleRate;
    if (dropped < samples.length) yield { samples: samples.subarray(dropped), sampleRate };
  }
}

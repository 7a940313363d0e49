import { unreadable } from "../audio-errors.ts";
import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { measureFrames, readFirstFrame } from "../frames/frame-stream.ts";
import { measureWithin } from "../pacer.ts";
import { adtsFrames } from "./adts-header.ts";

/** Measures a bare AAC stream by the headers of all frames. */
export async function probeAdts(source: RandomAccess): Promise<StreamDetails> {
  const first = await readFirstFrame(source, adtsFrames);
  if (first === undefined) throw unreadable("The audio looks like AAC but holds no whole frame.");
  const { sampleRate, channels } = first.header;
  const durationSeconds = await measureWithin(source.pacer, () =>
    measureFrames(source, adtsFrames),
  );
  return { codec: "aac", durationSeconds, sampleRate, channels };
}

import { unreadable } from "../audio-errors.ts";
import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { findFlacFrame, firstSampleOf, isOfStream } from "./flac-frames.ts";
import { readFlacFile } from "./flac-info.ts";
import type { FlacFile } from "./flac-info.ts";

/** How much of the end is searched for the last frame: more than the longest frame. */
const TAIL_BYTES = 4 * 2 ** 20;

/** The number of samples by the last frame in the file; undefined when none is found. */
async function measureTail(source: RandomAccess, file: FlacFile): Promise<number | undefined> {
  const { info, firstFrame } = file;
  const start = Math.max(firstFrame, source.sizeBytes - TAIL_BYTES);
  const tail = { bytes: await source.read(start, source.sizeBytes), isLast: true };
  const limit = info.totalSamples === 0 ? Infinity : info.totalSamples;
  let end = start === source.sizeBytes && info.totalSamples === 0 ? 0 : undefined;
  let from = 0;
  for (;;) {
    const found = findFlacFrame(tail, from, (header) => isOfStream(header, info));
    if (found === undefined) return end;
    const frameEnd = firstSampleOf(found.header, info) + found.header.samples;
    if (frameEnd <= limit) end = Math.max(end ?? 0, frameEnd);
    from = found.offset + 1;
  }
}

/** Measures a FLAC file by its last frame, which also tells when the file was cut off. */
export async function probeFlac(source: RandomAccess): Promise<StreamDetails> {
  const file = await readFlacFile(source);
  const { sampleRate, channels } = file.info;
  const samples = await measureTail(source, file);
  if (samples === undefined) throw unreadable("The FLAC file holds no frame.");
  return { codec: "flac", durationSeconds: samples / sampleRate, sampleRate, channels };
}

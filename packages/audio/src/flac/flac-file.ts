import { unreadable } from "../audio-errors.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import { createFlacDecoder } from "../decoders/frame-decoders.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import { measureWithin } from "../pacer.ts";
import type { RandomAccess } from "../random-access.ts";
import type { StreamDetails } from "../stream-details.ts";
import type { FlacFrameHeader } from "./flac-frame-header.ts";
import { findFlacFrame, firstSampleOf, isOfStream, readFlacFrames } from "./flac-frames.ts";
import { readFlacFile } from "./flac-info.ts";
import type { FlacFile } from "./flac-info.ts";

/** How much of the end is searched for the last frame: more than the longest frame. */
const TAIL_BYTES = 4 * 2 ** 20;

/** The number of samples by the last frame in the file. Throws `audio_unreadable` without one. */
async function measureTail(source: RandomAccess, file: FlacFile): Promise<number> {
  const { info, firstFrame } = file;
  const search = {
    accept: (header: FlacFrameHeader) => isOfStream(header, info),
    pacer: source.pacer,
  };
  const start = Math.max(firstFrame, source.sizeBytes - TAIL_BYTES);
  const tail = { bytes: await source.read(start, source.sizeBytes), isLast: true };
  const limit = info.totalSamples === 0 ? Infinity : info.totalSamples;
  let end = start === source.sizeBytes && info.totalSamples === 0 ? 0 : undefined;
  let from = 0;
  for (;;) {
    const found = await findFlacFrame(tail, from, search);
    if (found === undefined) break;
    const frameEnd = firstSampleOf(found.header, info) + found.header.samples;
    if (frameEnd <= limit) end = Math.max(end ?? 0, frameEnd);
    from = found.offset + 1;
    // Sound may look like a header again and again.
    source.pacer.step();
    if (source.pacer.isDue()) await source.pacer.giveWay();
  }
  if (end === undefined) throw unreadable("The FLAC file holds no frame.");
  return end;
}

/** Measures a FLAC file by its last frame, which also tells when the file was cut off. */
export async function probeFlac(source: RandomAccess): Promise<StreamDetails> {
  const file = await readFlacFile(source);
  const { sampleRate, channels } = file.info;
  const durationSeconds = await measureWithin(
    source.pacer,
    async () => (await measureTail(source, file)) / sampleRate,
  );
  return { codec: "flac", durationSeconds, sampleRate, channels };
}

async function* packetsOf(source: RandomAccess, file: FlacFile): AsyncGenerator<Uint8Array> {
  // Frames may leave it to the header to say what their samples are like.
  yield file.header;
  let count = 0;
  for await (const frame of readFlacFrames(source, file)) {
    count++;
    yield frame;
  }
  if (count === 0 && file.info.totalSamples > 0) throw unreadable("The FLAC file holds no frame.");
}

/** Decodes a FLAC file, frame by frame. */
export async function* decodeFlac(source: RandomAccess): AsyncGenerator<SampleBlock> {
  const file = await readFlacFile(source);
  yield* decodePackets(packetsOf(source, file), await createFlacDecoder(), source.pacer);
}

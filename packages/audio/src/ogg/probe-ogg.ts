import { unreadable } from "../audio-errors.ts";
import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { measureWithin } from "../pacer.ts";
import { isOggHeader, readOggStreamInfo } from "./ogg-codec.ts";
import type { OggCodec, OggStreamInfo } from "./ogg-codec.ts";
import { readOggPackets } from "./ogg-packets.ts";

interface Stream extends OggStreamInfo {
  readonly codec: OggCodec;
  /** Where the positions begin. */
  start: number | undefined;
  end: number;
}

/** No page holds more sound: a first page that ends later belongs to a recording in progress. */
const LONGEST_PAGE_SECONDS = 10;

function secondsOf({ granuleRate, preSkip, totalSamples, start = 0, end }: Stream): number {
  const isLateStart = start > LONGEST_PAGE_SECONDS * granuleRate;
  const samples = totalSamples > 0 ? totalSamples : end - (isLateStart ? start : preSkip);
  return Math.max(0, samples) / granuleRate;
}

/**
 * Measures Ogg by the positions on its pages, joined files included. A header that tells the number
 * of samples is believed.
 */
export async function probeOgg(source: RandomAccess): Promise<StreamDetails> {
  const streams: Stream[] = [];
  const durationSeconds = await measureWithin(source.pacer, () => measure(source, streams));
  const [first] = streams;
  if (first === undefined || first.granuleRate === 0) {
    throw unreadable("The Ogg file is damaged: its first packet cannot be read.");
  }
  const { codec, granuleRate, channels } = first;
  return { codec, durationSeconds, sampleRate: granuleRate, channels };
}

/** The length of all streams together in seconds; also puts them into the list. */
async function measure(source: RandomAccess, streams: Stream[]): Promise<number> {
  let current: Stream | undefined;
  for await (const { codec, bytes, granule, isFirst } of readOggPackets(source)) {
    if (isFirst) {
      current = { ...readOggStreamInfo(codec, bytes), codec, start: undefined, end: 0 };
      streams.push(current);
    } else if (current !== undefined && granule > 0 && !isOggHeader[codec](bytes)) {
      current.start ??= granule;
      current.end = Math.max(current.end, granule);
    }
  }
  return streams.reduce((sum, stream) => sum + secondsOf(stream), 0);
}

import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { measureWithin } from "../pacer.ts";
import { matroskaCodecOf } from "./matroska-codec.ts";
import { readMatroskaHeader, readMatroskaPackets } from "./matroska-stream.ts";
import type { MatroskaTrack } from "./matroska-track.ts";

/** From the first packet to the last one, which is taken to be as long as the one before it. */
async function measure(source: RandomAccess, track: MatroskaTrack): Promise<number> {
  let first: number | undefined;
  let last = 0;
  let length = 0;
  for await (const { timestampSeconds } of readMatroskaPackets(source, track)) {
    first ??= timestampSeconds;
    if (timestampSeconds <= last) continue;
    length = timestampSeconds - last;
    last = timestampSeconds;
  }
  return first === undefined ? 0 : last + length - first;
}

/** Measures WebM and Matroska: by what the file states, otherwise by the times of all packets. */
export async function probeMatroska(source: RandomAccess): Promise<StreamDetails> {
  const { track, durationSeconds } = await readMatroskaHeader(source);
  return {
    codec: matroskaCodecOf(track),
    durationSeconds:
      durationSeconds ?? (await measureWithin(source.pacer, () => measure(source, track))),
    sampleRate: track.sampleRate > 0 ? track.sampleRate : undefined,
    channels: track.channels > 0 ? track.channels : undefined,
  };
}

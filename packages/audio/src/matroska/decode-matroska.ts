import { decodeTrack } from "../decoders/decode-track.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { matroskaCodecOf } from "./matroska-codec.ts";
import { readMatroskaHeader, readMatroskaPackets } from "./matroska-stream.ts";
import type { MatroskaTrack } from "./matroska-track.ts";

async function* packetsOf(
  source: RandomAccess,
  track: MatroskaTrack,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of readMatroskaPackets(source, track)) yield bytes;
}

/** Decodes the first audio track of a WebM or Matroska file. */
export async function* decodeMatroska(
  source: RandomAccess,
  wantedRate: number,
): AsyncGenerator<SampleBlock, void, undefined> {
  const { track } = await readMatroskaHeader(source);
  const { description, sampleRate, channels, delaySeconds } = track;
  const coded = {
    codec: matroskaCodecOf(track),
    description,
    sampleRate,
    channels,
    skipSeconds: delaySeconds,
    wantedRate,
  };
  yield* decodeTrack(packetsOf(source, track), coded, source.pacer);
}

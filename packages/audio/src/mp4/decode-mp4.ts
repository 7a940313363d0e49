import { decodeTrack } from "../decoders/decode-track.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readMp4Packets, readMp4Track } from "./mp4-packets.ts";

/** Decodes the first sound track of an MP4, M4A, MOV or 3GP file. */
export async function* decodeMp4(
  source: RandomAccess,
  wantedRate: number,
): AsyncGenerator<SampleBlock, void, undefined> {
  const track = await readMp4Track(source);
  const skipSeconds = track.startTicks / track.timescale;
  const coded = { ...track.sound, skipSeconds, wantedRate };
  yield* decodeTrack(readMp4Packets(source, track), coded, source.pacer);
}

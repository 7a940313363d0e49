import { unreadable } from "../audio-errors.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import { createMp3Decoder } from "../decoders/mp3-decoder.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readFirstFrame, readFramePackets } from "../frames/frame-stream.ts";
import { mp3Frames } from "./mp3-frame-header.ts";

/** Decodes an MP3 file, frame by frame. */
export async function* decodeMp3(
  source: RandomAccess,
): AsyncGenerator<SampleBlock, void, undefined> {
  const first = await readFirstFrame(source, mp3Frames);
  if (first === undefined) throw unreadable("The audio looks like MP3 but holds no whole frame.");
  yield* decodePackets(readFramePackets(source, mp3Frames), await createMp3Decoder(), source.pacer);
}

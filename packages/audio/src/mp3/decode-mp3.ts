import { unreadable } from "../audio-errors.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import { createMp3Decoder } from "../decoders/mp3-decoder.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readMp3Frames } from "./mp3-frames.ts";

async function* packetsOf(source: RandomAccess): AsyncGenerator<Uint8Array, void, undefined> {
  let count = 0;
  for await (const frames of readMp3Frames(source)) {
    count += frames.length;
    for (const frame of frames) yield frame.bytes;
  }
  if (count === 0) throw unreadable("The audio is damaged: it looks like MP3 but holds no frame.");
}

/** Decodes an MP3 file, frame by frame. */
export async function* decodeMp3(
  source: RandomAccess,
): AsyncGenerator<SampleBlock, void, undefined> {
  yield* decodePackets(packetsOf(source), await createMp3Decoder());
}

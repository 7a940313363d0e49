import { unreadable } from "../audio-errors.ts";
import { createAacPacketDecoder } from "../decoders/aac-packet-decoder.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readFirstFrame, readFramePackets } from "../frames/frame-stream.ts";
import { adtsFrames } from "./adts-header.ts";

/** Decodes a bare AAC stream, frame by frame. */
export async function* decodeAdts(
  source: RandomAccess,
): AsyncGenerator<SampleBlock, void, undefined> {
  const first = await readFirstFrame(source, adtsFrames);
  if (first === undefined) throw unreadable("The audio looks like AAC but holds no whole frame.");
  yield* decodePackets(
    readFramePackets(source, adtsFrames),
    await createAacPacketDecoder(undefined),
    source.pacer,
  );
}

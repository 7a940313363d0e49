import type { PacketDecoder } from "./packet-decoder.ts";
import { toSampleBlock, withoutPrinting } from "./wasm-decoding.ts";

/** A frame takes less than 3000; some files hold several in a packet. */
const LONGEST_PACKET_BYTES = 2 ** 16;

/**
 * Decodes MPEG audio, Layer I to III, by mpg123. It leaves out the silence that an encoder added
 * when the first packet is the frame that tells how much it was.
 */
export async function createMp3Decoder(): Promise<PacketDecoder> {
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder();
  await decoder.ready;
  return {
    longestPacketBytes: LONGEST_PACKET_BYTES,
    decode: (packet) => toSampleBlock(withoutPrinting(() => decoder.decodeFrame(packet))),
    free: () => decoder.free(),
  };
}

import type { PacketDecoder } from "./packet-decoder.ts";
import { toSampleBlock, withoutPrinting } from "./wasm-decoding.ts";

/**
 * Decodes MPEG audio, Layer I to III, by mpg123. It leaves out the silence that an encoder added
 * when the first packet is the frame that tells how much it was.
 */
export async function createMp3Decoder(): Promise<PacketDecoder> {
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder();
  await decoder.ready;
  return {
    decode: (packet) => toSampleBlock(withoutPrinting(() => decoder.decodeFrame(packet))),
    free: () => decoder.free(),
  };
}

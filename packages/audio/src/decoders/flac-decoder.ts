import type { PacketDecoder } from "./packet-decoder.ts";
import { toSampleBlock, withoutPrinting } from "./wasm-decoding.ts";

/** Decodes FLAC frames by libFLAC. */
export async function createFlacDecoder(): Promise<PacketDecoder> {
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  const decoder = new FLACDecoder();
  await decoder.ready;
  return {
    decode: async (packet) =>
      toSampleBlock(await withoutPrinting(() => decoder.decodeFrames([packet]))),
    free: () => decoder.free(),
  };
}

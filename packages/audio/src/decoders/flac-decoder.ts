import { hasText } from "../byte-fields.ts";
import type { PacketDecoder } from "./packet-decoder.ts";
import { toSampleBlock, withoutPrinting } from "./wasm-decoding.ts";

/** The decoder loses some hundred bytes with every frame; frames do not depend on one another. */
const FRAMES_PER_START = 8192;

/** Decodes FLAC frames by libFLAC; the header of the file may come first, as a packet of its own. */
export async function createFlacDecoder(): Promise<PacketDecoder> {
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  const decoder = new FLACDecoder();
  await decoder.ready;
  let header: Uint8Array | undefined;
  let frames = 0;

  const startAnew = async (): Promise<void> => {
    frames = 0;
    await decoder.reset();
    if (header !== undefined) await decoder.decodeFrames([header]);
  };

  return {
    decode: async (packet) => {
      if (hasText(packet, 0, "fLaC")) header = packet;
      if (++frames > FRAMES_PER_START) await startAnew();
      return toSampleBlock(await withoutPrinting(() => decoder.decodeFrames([packet])));
    },
    free: () => decoder.free(),
  };
}

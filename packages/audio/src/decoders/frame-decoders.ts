import { hasText } from "../byte-fields.ts";
import { mixToMono, toSampleBlock, withoutPrinting } from "./packet-decoder.ts";
import type { PacketDecoder } from "./packet-decoder.ts";

/**
 * A frame of AAC takes up to 6144 bits for each of 48 channels, and as much again for what is not
 * sound; one of MP3 less than 3000 bytes, of which some files hold several in a packet.
 */
const LONGEST_PACKET_BYTES = 2 ** 16;

/** Decodes AAC-LC; `description` is the AudioSpecificConfig, undefined for packets with headers. */
export async function createAacPacketDecoder(
  description: Uint8Array | undefined,
): Promise<PacketDecoder> {
  // Its tables take a while to compute, for which only those who meet AAC should wait.
  const { createAacDecoder } = await import("../aac/aac-decoder.ts");
  const decode = createAacDecoder(description);
  return {
    longestPacketBytes: LONGEST_PACKET_BYTES,
    decode: (packet) => {
      const { channels, sampleRate } = decode(packet);
      return { samples: mixToMono(channels), sampleRate };
    },
    free: () => {},
  };
}

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

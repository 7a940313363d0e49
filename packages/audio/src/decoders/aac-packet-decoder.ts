import { mixToMono } from "./mix-to-mono.ts";
import type { PacketDecoder } from "./packet-decoder.ts";

/** 6144 bits for each of 48 channels, and as much again for what is not sound. */
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

import { mixToMono } from "./mix-to-mono.ts";
import type { PacketDecoder } from "./packet-decoder.ts";

/** Decodes AAC-LC; `description` is the AudioSpecificConfig, undefined for packets with headers. */
export async function createAacPacketDecoder(
  description: Uint8Array | undefined,
): Promise<PacketDecoder> {
  // Its tables take a while to compute, for which only those who meet AAC should wait.
  const { createAacDecoder } = await import("../aac/aac-decoder.ts");
  const decode = createAacDecoder(description);
  return {
    decode: (packet) => {
      const { channels, sampleRate } = decode(packet);
      return { samples: mixToMono(channels), sampleRate };
    },
    free: () => {},
  };
}

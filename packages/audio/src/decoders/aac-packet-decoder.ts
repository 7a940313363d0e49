import { createAacDecoder } from "../aac/aac-decoder.ts";
import { mixToMono } from "./mix-to-mono.ts";
import type { PacketDecoder } from "./packet-decoder.ts";

/** Decodes AAC-LC; `description` is the AudioSpecificConfig, undefined for packets with headers. */
export function createAacPacketDecoder(description: Uint8Array | undefined): PacketDecoder {
  const decode = createAacDecoder(description);
  return {
    decode: (packet) => {
      const { channels, sampleRate } = decode(packet);
      return { samples: mixToMono(channels), sampleRate };
    },
    free: () => {},
  };
}

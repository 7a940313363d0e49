import { unsupported } from "../audio-errors.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import { createFlacDecoder } from "../decoders/flac-decoder.ts";
import { createOpusDecoder } from "../decoders/opus-decoder.ts";
import type { PacketDecoder, SampleBlock } from "../decoders/packet-decoder.ts";
import { createVorbisDecoder } from "../decoders/vorbis-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { isOggHeader } from "./ogg-codec.ts";
import { readOggPackets } from "./ogg-packets.ts";
import type { OggPacket } from "./ogg-packets.ts";

function createDecoder({ codec, bytes }: OggPacket, wantedRate: number): Promise<PacketDecoder> {
  switch (codec) {
    case "opus":
      return createOpusDecoder({ description: bytes, channels: 1, wantedRate });
    case "vorbis":
      return createVorbisDecoder();
    case "flac":
      return createFlacDecoder();
    case "speex":
      throw unsupported("Speex");
  }
}

/** Vorbis takes its headers from among the packets; the others must not see theirs. */
const isForDecoder = ({ codec, bytes }: OggPacket): boolean =>
  codec === "vorbis" || !isOggHeader[codec](bytes);

/** Decodes the sound of an Ogg file; every stream of a joined file gets a decoder of its own. */
export async function* decodeOgg(
  source: RandomAccess,
  wantedRate: number,
): AsyncGenerator<SampleBlock, void, undefined> {
  const packets = readOggPackets(source);
  let next = await packets.next();

  async function* packetsOfStream(): AsyncGenerator<Uint8Array, void, undefined> {
    do {
      if (next.done === true) return;
      if (isForDecoder(next.value)) yield next.value.bytes;
      next = await packets.next();
    } while (next.done !== true && !next.value.isFirst);
  }

  try {
    while (next.done !== true) {
      const decoder = await createDecoder(next.value, wantedRate);
      yield* decodePackets(packetsOfStream(), decoder, source.pacer);
    }
  } finally {
    await packets.return();
  }
}

import { unreadable } from "../audio-errors.ts";
import { createOggPageWriter } from "../ogg/ogg-page-writer.ts";
import type { PacketDecoder } from "./packet-decoder.ts";
import { toSampleBlock, withoutPrinting } from "./wasm-decoding.ts";

const HEADER_PACKETS = 3;
const LACING_GOES_ON = 255;

/**
 * Splits the three header packets apart, stored with Xiph lacing as Matroska and WebCodecs do.
 * @see https://www.matroska.org/technical/codec_specs.html#a_vorbis
 */
function splitHeaders(description: Uint8Array): readonly Uint8Array[] {
  if (description[0] !== HEADER_PACKETS - 1) throw unreadable("The Vorbis header is damaged.");
  const sizes: number[] = [];
  let offset = 1;
  while (sizes.length < HEADER_PACKETS - 1) {
    let size = 0;
    let part: number = LACING_GOES_ON;
    while (part === LACING_GOES_ON) {
      part = description[offset++] ?? 0;
      size += part;
    }
    sizes.push(size);
  }
  const [first = 0, second = 0] = sizes;
  return [
    description.subarray(offset, offset + first),
    description.subarray(offset + first, offset + first + second),
    description.subarray(offset + first + second),
  ];
}

/** Decodes Vorbis by libvorbis, whose wrapper reads nothing but Ogg: every packet gets a page. */
export async function createVorbisDecoder(
  description: Uint8Array | undefined,
): Promise<PacketDecoder> {
  if (description === undefined) throw unreadable("The Vorbis header is missing.");
  const headers = splitHeaders(description);
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  const toPage = createOggPageWriter();
  const decode = async (packet: Uint8Array) =>
    toSampleBlock(await withoutPrinting(() => decoder.decode(toPage(packet))));
  try {
    for (const header of headers) await decode(header);
  } catch (error) {
    decoder.free();
    throw error;
  }
  return {
    decode,
    finish: async () => toSampleBlock(await withoutPrinting(() => decoder.flush())),
    free: () => decoder.free(),
  };
}

import { unreadable, unsupported } from "../audio-errors.ts";
import { createOggPageWriter } from "../ogg/ogg-page-writer.ts";
import type { PacketDecoder, SampleBlock } from "./packet-decoder.ts";
import { toSampleBlock, withoutPrinting } from "./wasm-decoding.ts";

const HEADER_PACKETS = 3;
/** Together they are sure to give sound; until then the decoder's answers mean nothing. */
const FIRST_PACKETS = HEADER_PACKETS + 2;
const LACING_GOES_ON = 255;
/** The format allows 255, and would need as much memory for them. */
const MOST_CHANNELS = 8;

/** A stream begins with the header that tells its channels. */
function checkChannels(header: Uint8Array | undefined): void {
  const channels = header?.[11] ?? 0;
  if (channels > MOST_CHANNELS) throw unsupported(`Vorbis of ${channels} channels`);
}

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

/**
 * Decodes Vorbis by libvorbis, whose wrapper reads nothing but Ogg: every packet gets a page. Without
 * a description the headers have to be the first packets.
 */
export async function createVorbisDecoder(description?: Uint8Array): Promise<PacketDecoder> {
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  const toPage = createOggPageWriter();
  let waiting = description === undefined ? [] : [...splitHeaders(description)];
  let isStarted = false;

  const decodeWaiting = async (): Promise<SampleBlock | undefined> => {
    if (!isStarted) checkChannels(waiting[0]);
    isStarted = true;
    const pages = Buffer.concat(waiting.map(toPage));
    waiting = [];
    const decoded = await withoutPrinting(() => decoder.decode(pages));
    // It overlooks its own errors, and makes channels up when it could not read the headers.
    if (decoded.channelData.length > MOST_CHANNELS)
      throw unreadable("The Vorbis headers are damaged.");
    return toSampleBlock(decoded);
  };

  return {
    decode: (packet) => {
      waiting.push(packet);
      return isStarted || waiting.length === FIRST_PACKETS ? decodeWaiting() : undefined;
    },
    finish: async () => {
      const first = isStarted ? undefined : await decodeWaiting();
      return toSampleBlock(await withoutPrinting(() => decoder.flush())) ?? first;
    },
    free: () => decoder.free(),
  };
}

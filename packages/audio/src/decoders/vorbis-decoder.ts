import { unreadable, unsupported } from "../audio-errors.ts";
import { toSampleBlock, withoutPrinting } from "./packet-decoder.ts";
import type { PacketDecoder, SampleBlock } from "./packet-decoder.ts";

const PAGE_HEADER_BYTES = 27;
const LONGEST_LACING = 255;
const MOST_LACINGS = 255;
const FLAG = { continued: 1, first: 2 } as const;

function encodePage(body: Uint8Array, lacings: number, sequence: number): Uint8Array {
  const page = new Uint8Array(PAGE_HEADER_BYTES + lacings + body.length);
  const view = new DataView(page.buffer);
  page.set([0x4f, 0x67, 0x67, 0x53]);
  view.setUint32(14, 1, true);
  view.setUint32(18, sequence, true);
  page[26] = lacings;
  page.fill(LONGEST_LACING, PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + lacings);
  const isFinished = body.length < lacings * LONGEST_LACING;
  if (isFinished) page[PAGE_HEADER_BYTES + lacings - 1] = body.length % LONGEST_LACING;
  page.set(body, PAGE_HEADER_BYTES + lacings);
  return page;
}

/**
 * Makes a writer of one Ogg stream, which puts each packet on pages of its own, for a decoder that
 * reads nothing else. Positions and checksums stay zero: such a decoder looks at neither.
 * @see https://www.rfc-editor.org/rfc/rfc3533
 */
export function createOggPageWriter(): (packet: Uint8Array) => Uint8Array {
  let sequence = 0;
  return (packet) => {
    const pages: Uint8Array[] = [];
    let lacings = Math.floor(packet.length / LONGEST_LACING) + 1;
    for (let offset = 0; lacings > 0; lacings -= MOST_LACINGS) {
      const count = Math.min(lacings, MOST_LACINGS);
      const body = packet.subarray(offset, offset + count * LONGEST_LACING);
      const page = encodePage(body, count, sequence);
      page[5] = (sequence === 0 ? FLAG.first : 0) | (offset > 0 ? FLAG.continued : 0);
      pages.push(page);
      offset += body.length;
      sequence++;
    }
    return Buffer.concat(pages);
  };
}

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

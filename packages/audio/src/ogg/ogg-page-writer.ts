/** Puts one packet on pages of its own. */
export type OggPageWriter = (packet: Uint8Array) => Uint8Array;

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
 * Makes a writer of one Ogg stream for a decoder that reads nothing else. Positions and checksums
 * stay zero: such a decoder looks at neither.
 * @see https://www.rfc-editor.org/rfc/rfc3533
 */
export function createOggPageWriter(): OggPageWriter {
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

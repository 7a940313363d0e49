import { hasText } from "./byte-fields.ts";

const ID3_HEADER_BYTES = 10;
const FOOTER_FLAG = 0x10;

/**
 * The size of the ID3v2 tag at an offset, header and footer included; 0 when there is none.
 * @see https://id3.org/id3v2.4.0-structure
 */
export function id3SizeBytes(bytes: Uint8Array, offset = 0): number {
  if (!hasText(bytes, offset, "ID3") || (bytes[offset + 3] ?? 0xff) === 0xff) return 0;
  const size = [6, 7, 8, 9].reduce(
    (sum, place) => sum * 128 + ((bytes[offset + place] ?? 0) & 0x7f),
    0,
  );
  const footer = ((bytes[offset + 5] ?? 0) & FOOTER_FLAG) === 0 ? 0 : ID3_HEADER_BYTES;
  return ID3_HEADER_BYTES + size + footer;
}

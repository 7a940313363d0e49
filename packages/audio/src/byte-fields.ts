/** Number fields and marks in the headers of audio files; offsets must lie within the bytes. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** True when the ASCII text stands at that offset. */
export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[offset + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Four bytes as a number, most significant first; bytes beyond the end count as zeros. */
export const uint32At = (bytes: Uint8Array, offset: number): number =>
  (((bytes[offset] ?? 0) << 24) |
    ((bytes[offset + 1] ?? 0) << 16) |
    ((bytes[offset + 2] ?? 0) << 8) |
    (bytes[offset + 3] ?? 0)) >>>
  0;

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

import { viewOf } from "../byte-fields.ts";

/** The head of one element: its id with the length marker, and where its content begins. */
export interface EbmlHead {
  readonly id: number;
  /** Bytes of the head itself. */
  readonly headBytes: number;
  /** Bytes of the content; undefined for elements of a live recording, which end with the next. */
  readonly sizeBytes: number | undefined;
}

export interface EbmlElement extends EbmlHead {
  readonly content: Uint8Array;
}

/** The longest head: an id of 4 and a size of 8 bytes. */
export const EBML_HEAD_BYTES = 12;
const LONGEST_ID = 4;
const LONGEST_SIZE = 8;

/** The bytes that a variable-length number takes, told by the zeros in front of its first bit. */
const lengthOf = (firstByte: number): number => Math.clz32(firstByte) - 23;

/** A number whose length is told by its first bits; `isOpen` when all its bits are set. */
interface VariableNumber {
  readonly value: number;
  readonly length: number;
  readonly isOpen: boolean;
}

/** The number at an offset, without its length marker; undefined when it is cut off or invalid. */
export function readVariableNumber(bytes: Uint8Array, offset: number): VariableNumber | undefined {
  const first = bytes[offset] ?? 0;
  const length = lengthOf(first);
  if (first === 0 || length > LONGEST_SIZE || offset + length > bytes.length) return undefined;
  const firstBits = 0xff >>> length;
  let value = first & firstBits;
  let isOpen = value === firstBits;
  for (let index = 1; index < length; index++) {
    const byte = bytes[offset + index] ?? 0;
    value = value * 256 + byte;
    isOpen &&= byte === 0xff;
  }
  return { value, length, isOpen };
}

/**
 * The head of the element at an offset; undefined when it is cut off or none.
 * @see https://www.rfc-editor.org/rfc/rfc8794
 */
export function readEbmlHead(bytes: Uint8Array, offset: number): EbmlHead | undefined {
  const first = bytes[offset] ?? 0;
  const idBytes = lengthOf(first);
  if (first === 0 || idBytes > LONGEST_ID) return undefined;
  let id = 0;
  for (let index = 0; index < idBytes; index++) id = id * 256 + (bytes[offset + index] ?? 0);
  const size = readVariableNumber(bytes, offset + idBytes);
  if (size === undefined) return undefined;
  const sizeBytes = size.isOpen ? undefined : size.value;
  return { id, headBytes: idBytes + size.length, sizeBytes };
}

/** No element in use holds more; so many are looked through in about a millisecond. */
const MOST_ELEMENTS = 2 ** 12;

/** The elements inside an element, as far as they are whole; the first 4096. */
export function* readEbmlElements(bytes: Uint8Array): Generator<EbmlElement> {
  let offset = 0;
  for (let count = 0; offset < bytes.length && count < MOST_ELEMENTS; count++) {
    const head = readEbmlHead(bytes, offset);
    if (head?.sizeBytes === undefined) return;
    const start = offset + head.headBytes;
    const end = start + head.sizeBytes;
    if (end > bytes.length) return;
    yield { ...head, content: bytes.subarray(start, end) };
    offset = end;
  }
}

/** An unsigned number of up to 8 bytes. */
export const ebmlUnsigned = (content: Uint8Array): number =>
  content.subarray(0, 8).reduce((sum, byte) => sum * 256 + byte, 0);

/** A floating-point number of 4 or 8 bytes; 0 for none. */
export function ebmlFloat(content: Uint8Array): number {
  if (content.length === 4) return viewOf(content).getFloat32(0);
  return content.length === 8 ? viewOf(content).getFloat64(0) : 0;
}

/** ASCII text, up to the first zero. */
export const ebmlText = (content: Uint8Array): string =>
  String.fromCharCode(...content.subarray(0, 64)).replace(/\0.*$/s, "");

import type { HuffmanBook } from "./huffman-tables.ts";

/** Reads big-endian bit fields from a packet; throws once a read goes past the end. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #endBits: number;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#endBits = bytes.length * 8;
  }

  /** Bits not read yet. */
  get remainingBits(): number {
    return this.#endBits - this.#position;
  }

  /** The next 1 to 24 bits without moving on; zeros follow the end. */
  peek(count: number): number {
    const bytes = this.#bytes;
    const first = this.#position >>> 3;
    const word =
      ((bytes[first] ?? 0) << 24) |
      ((bytes[first + 1] ?? 0) << 16) |
      ((bytes[first + 2] ?? 0) << 8) |
      (bytes[first + 3] ?? 0);
    return (word << (this.#position & 7)) >>> (32 - count);
  }

  skip(count: number): void {
    this.#position += count;
    if (this.#position > this.#endBits) throw new RangeError("The packet ends early.");
  }

  /** The next 1 to 24 bits as an unsigned number. */
  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  readFlag(): boolean {
    return this.read(1) === 1;
  }

  /** Moves on to the next byte boundary. */
  alignToByte(): void {
    this.#position = (this.#position + 7) & ~7;
  }
}

/** Reads one symbol. */
export type HuffmanReader = (reader: BitReader) => number;

const TABLE_BITS = 10;
const LENGTH_BITS = 5;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;
/** No code word of AAC is longer. */
const LONGEST_WORD = 19;

/** Every pattern of `TABLE_BITS` bits to `symbol << LENGTH_BITS | length`; 0 for longer words. */
function tableOf(book: HuffmanBook): Uint16Array {
  const table = new Uint16Array(1 << TABLE_BITS);
  let position = 0;
  let next = 0;
  for (const [index, count] of book.counts.slice(0, TABLE_BITS).entries()) {
    const length = index + 1;
    const span = 1 << (TABLE_BITS - length);
    for (const symbol of book.symbols.slice(next, next + count)) {
      table.fill((symbol << LENGTH_BITS) | length, position, position + span);
      position += span;
    }
    next += count;
  }
  return table;
}

/** Goes through the lengths one by one: the first word of each is known from the counts. */
function searchLongWord(book: HuffmanBook, bits: number): { symbol: number; length: number } {
  let firstWord = 0;
  let firstIndex = 0;
  for (const [index, count] of book.counts.entries()) {
    const length = index + 1;
    const word = bits >>> (LONGEST_WORD - length);
    if (word - firstWord < count) {
      return { symbol: book.symbols[firstIndex + word - firstWord] ?? 0, length };
    }
    firstWord = (firstWord + count) << 1;
    firstIndex += count;
  }
  throw new RangeError("No such code word.");
}

/** Makes the reader of one code: short words by table, the few long ones by search. */
export function createHuffmanReader(book: HuffmanBook): HuffmanReader {
  const table = tableOf(book);
  return (reader) => {
    const entry = table[reader.peek(TABLE_BITS)] ?? 0;
    if (entry !== 0) {
      reader.skip(entry & LENGTH_MASK);
      return entry >>> LENGTH_BITS;
    }
    const { symbol, length } = searchLongWord(book, reader.peek(LONGEST_WORD));
    reader.skip(length);
    return symbol;
  };
}

import type { BitReader } from "./bit-reader.ts";
import type { HuffmanBook } from "./huffman-tables.ts";

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

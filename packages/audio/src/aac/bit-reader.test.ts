import { describe, expect, it } from "vitest";
import { BitReader, createHuffmanReader } from "./bit-reader.ts";
import { scaleFactorBook, spectralBooks } from "./huffman-tables.ts";
import type { HuffmanBook } from "./huffman-tables.ts";

const books: readonly (readonly [name: string, book: HuffmanBook, symbols: number])[] = [
  ["scale factors", scaleFactorBook, 121],
  ...[81, 81, 81, 81, 81, 81, 64, 64, 169, 169, 289].map(
    (symbols, index) =>
      [`codebook ${index + 1}`, spectralBooks[index] ?? scaleFactorBook, symbols] as const,
  ),
];

/** The words as strings of bits, derived from the counts alone. */
function wordsOf(book: HuffmanBook): readonly string[] {
  let word = 0;
  return book.counts.flatMap((count, index) => {
    const length = index + 1;
    const words = Array.from({ length: count }, () => (word++).toString(2).padStart(length, "0"));
    word *= 2;
    return words;
  });
}

function toBytes(bits: string): Uint8Array {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

describe.each(books)("%s", (_name, book, symbols) => {
  it("is a complete code with one word for each symbol", () => {
    const space = book.counts.reduce((sum, count, index) => sum + count / 2 ** (index + 1), 0);
    expect(space).toBe(1);
    expect(new Set(book.symbols).size).toBe(symbols);
    expect(Math.max(...book.symbols)).toBe(symbols - 1);
  });

  it("reads back every word, short or long", () => {
    const reader = new BitReader(toBytes(wordsOf(book).join("")));
    const read = createHuffmanReader(book);
    expect(book.symbols.map(() => read(reader))).toEqual(book.symbols);
  });
});

describe("BitReader", () => {
  it("throws when a packet ends early", () => {
    const reader = new BitReader(Uint8Array.of(0xa5));
    expect(reader.read(6)).toBe(0b101001);
    expect(() => reader.read(3)).toThrow(RangeError);
  });
});

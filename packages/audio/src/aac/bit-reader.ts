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

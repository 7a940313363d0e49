import type { RandomAccess } from "./random-access.ts";

/** Reads a file through a window, for parsers that look at a few bytes here and there. */
export interface ByteCursor {
  /** What `peek` would answer, where it need not read: waiting for every few bytes takes its time. */
  held(position: number, count: number): Uint8Array | undefined;
  /** The bytes from a position on: at least `count`, often more, fewer only at the end. */
  peek(position: number, count: number): Promise<Uint8Array>;
}

const WINDOW_BYTES = 128 * 1024;

/** Makes a cursor; what it gives out stays valid when it moves on. */
export function createByteCursor(source: RandomAccess): ByteCursor {
  let window: Uint8Array = new Uint8Array();
  let start = 0;
  const held = (position: number, count: number): Uint8Array | undefined => {
    const isInside = position >= start && position + count <= start + window.length;
    return isInside ? window.subarray(position - start) : undefined;
  };
  return {
    held,
    peek: async (position, count) => {
      const inside = held(position, count);
      if (inside !== undefined) return inside;
      window = await source.read(position, position + Math.max(count, WINDOW_BYTES));
      start = position;
      return window;
    },
  };
}

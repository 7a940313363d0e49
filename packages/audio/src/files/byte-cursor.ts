import type { RandomAccess } from "./random-access.ts";

/** Reads a file through a window, for parsers that look at a few bytes here and there. */
export interface ByteCursor {
  /** The bytes from a position on: at least `count`, often more, fewer only at the end. */
  peek(position: number, count: number): Promise<Uint8Array>;
}

const WINDOW_BYTES = 128 * 1024;

/** Makes a cursor; what it gives out stays valid when it moves on. */
export function createByteCursor(source: RandomAccess): ByteCursor {
  let window: Uint8Array = new Uint8Array();
  let start = 0;
  return {
    peek: async (position, count) => {
      const isInside = position >= start && position + count <= start + window.length;
      if (!isInside) {
        window = await source.read(position, position + Math.max(count, WINDOW_BYTES));
        start = position;
      }
      return window.subarray(position - start);
    },
  };
}

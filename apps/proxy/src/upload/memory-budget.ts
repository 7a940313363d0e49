/** A shared account of the bytes that all uploads together keep in memory. */
export interface MemoryBudget {
  /** Adds bytes, or takes them off when negative. */
  add(bytes: number): void;
  readonly usedBytes: number;
  /** True when uploads should go to disk whatever their size. */
  readonly isFull: boolean;
}

/** Opens an account that is full from that many bytes on. */
export function createMemoryBudget(totalBytes: number): MemoryBudget {
  let usedBytes = 0;
  return {
    add: (bytes) => {
      usedBytes += bytes;
    },
    get usedBytes() {
      return usedBytes;
    },
    get isFull() {
      return usedBytes >= totalBytes;
    },
  };
}

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

/** Of one write to a spool file: fewer and larger ones cost less, more would only keep more memory. */
export const BLOCK_BYTES: number = 256 * 1024;

const MAX_FREE = 48;
const KEPT_FREE = 8;
const TRIM_MS = 10_000;

const free: Buffer[] = [];
let trimming: NodeJS.Timeout | undefined;

/** A burst's blocks go back to the system half by half once it is over. */
const trim = (): void => {
  trimming = undefined;
  if (free.length <= KEPT_FREE) return;
  free.length = Math.max(KEPT_FREE, Math.floor(free.length / 2));
  trimLater();
};

const trimLater = (): void => {
  trimming ??= setTimeout(trim, TRIM_MS).unref();
};

/** A block of `BLOCK_BYTES` with anything in it. */
export const takeBlock = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);

/**
 * Gives a block back that nobody looks at any more. Blocks are used again, because what comes and goes
 * in large pieces makes the garbage collector look through everything else again and again.
 */
export function giveBlock(block: Buffer): void {
  if (free.length < MAX_FREE) free.push(block);
  if (free.length > KEPT_FREE) trimLater();
}

import type { AudioFile } from "@earshot/core";

/** An audio together with what has been done to it. */
export interface WatchedFile {
  readonly file: AudioFile;
  readCount(): number;
  /** Streams that were opened and not given back yet. */
  openStreams(): number;
}

export interface WatchOptions {
  /** Leaves `read` out, as for audio that can only be read in order. */
  readonly isStreamOnly?: boolean;
  /** The reads that are allowed before all further ones fail. */
  readonly mostReads?: number;
  /** Size of the pieces of a stream. */
  readonly pieceBytes?: number;
  /** From this byte on, nothing arrives any more. */
  readonly stallsAt?: number;
}

const NAME = "talk.bin";
const never = new Promise<never>(() => {});

/** Bytes as audio whose use is counted. */
export function watchFile(bytes: Uint8Array, options: WatchOptions = {}): WatchedFile {
  const { mostReads = Infinity, pieceBytes = 1000, stallsAt = Infinity } = options;
  let readCount = 0;
  let openStreams = 0;
  async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
    openStreams += 1;
    try {
      for (let start = 0; start < bytes.length; start += pieceBytes) {
        if (start >= stallsAt) await never;
        yield bytes.subarray(start, start + pieceBytes);
      }
    } finally {
      openStreams -= 1;
    }
  }
  const read = (start: number, end: number): Promise<Uint8Array> => {
    readCount += 1;
    if (readCount > mostReads) return Promise.reject(new Error("This is read without end."));
    return end > stallsAt ? never : Promise.resolve(bytes.slice(start, end));
  };
  const described = {
    type: "file",
    fileName: NAME,
    mediaType: "application/octet-stream",
    durationSeconds: undefined,
    open,
  } as const;
  return {
    file:
      options.isStreamOnly === true
        ? { ...described, sizeBytes: undefined }
        : { ...described, sizeBytes: bytes.length, read },
    readCount: () => readCount,
    openStreams: () => openStreams,
  };
}

import type { AudioFile } from "@earshot/core";
import { HEAD_BYTES, mediaTypeOf } from "./media-type-of.ts";

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** Bytes in memory as audio; they are not copied and must not change. */
export function fileFromBytes(bytes: Uint8Array, fileName: string): AudioFile {
  return {
    type: "file",
    fileName,
    mediaType: mediaTypeOf(bytes.subarray(0, HEAD_BYTES), fileName),
    sizeBytes: bytes.length,
    durationSeconds: undefined,
    open: () => once(bytes),
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  };
}

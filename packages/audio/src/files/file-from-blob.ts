import type { AudioFile } from "@earshot/core";
import { mediaTypeOf } from "./media-type-of.ts";

const UNNAMED = "audio";

/**
 * A `Blob` or `File` as audio. The name is by default that of the `File`, otherwise `audio`. The
 * media type is the blob's own, otherwise it goes by the name: a blob's bytes cannot be looked at
 * without waiting.
 */
export function fileFromBlob(blob: Blob, fileName?: string): AudioFile {
  const name = fileName ?? (blob instanceof File ? blob.name : UNNAMED);
  return {
    type: "file",
    fileName: name,
    mediaType: blob.type === "" ? mediaTypeOf(new Uint8Array(), name) : blob.type,
    sizeBytes: blob.size,
    durationSeconds: undefined,
    open: () => blob.stream(),
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}

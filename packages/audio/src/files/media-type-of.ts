import { mediaTypes } from "../media-types.ts";
import { sniffMediaType } from "../sniff-media-type.ts";

/** How many of the first bytes are looked at to recognise a file. */
export const HEAD_BYTES = 4096;

const UNKNOWN = "application/octet-stream";

const byExtension: ReadonlyMap<string, string> = new Map(
  Object.values(mediaTypes).map(({ extension, mediaType }) => [extension, mediaType]),
);

/** The media type by the first bytes, otherwise by the extension of the file name. */
export function mediaTypeOf(head: Uint8Array, fileName: string): string {
  const extension = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  return sniffMediaType(head)?.mediaType ?? byExtension.get(extension) ?? UNKNOWN;
}

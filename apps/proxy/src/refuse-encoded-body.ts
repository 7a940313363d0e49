import type { IncomingMessage } from "node:http";
import { TranscriptionError } from "@earshot/core";

/** Throws `unsupported_media` for a body that would have to be unpacked first. */
export function refuseEncodedBody({ headers }: IncomingMessage): void {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return;
  throw new TranscriptionError(
    "unsupported_media",
    `The body is compressed (content-encoding: ${encoding.slice(0, 64)}), which is not accepted. Send it as it is; audio formats such as MP3 or FLAC are small by themselves.`,
  );
}

import { createHash } from "node:crypto";
import { readMultipart } from "./read-multipart.ts";
import type { RecordedBody } from "./recorded-call.ts";

/** Lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const recordForm = (contentType: string, bytes: Uint8Array): RecordedBody => {
  const parts = readMultipart(contentType, bytes);
  const firstFile = parts.findIndex((part) => part.fileName !== undefined);
  const decoder = new TextDecoder();
  return {
    type: "multipart",
    fields: parts
      .filter((part) => part.fileName === undefined)
      .map((part) => [part.name, decoder.decode(part.bytes)] as const),
    files: parts.flatMap((part) => {
      if (part.fileName === undefined) return [];
      const { name: fieldName, fileName, mediaType = "" } = part;
      const sizeBytes = part.bytes.byteLength;
      return [{ fieldName, fileName, mediaType, sizeBytes, sha256: sha256Of(part.bytes) }];
    }),
    filesLast: firstFile < 0 || parts.slice(firstFile).every((part) => part.fileName !== undefined),
  };
};

/** Decodes a request body by its content type; throws with a reason when it is malformed. */
export function recordBody(contentType: string | undefined, bytes: Uint8Array): RecordedBody {
  const type = contentType?.toLowerCase() ?? "";
  if (type.startsWith("multipart/form-data")) return recordForm(contentType ?? "", bytes);
  if (bytes.byteLength === 0 && contentType === undefined) return { type: "none" };
  if (type.startsWith("application/json")) {
    return { type: "json", value: JSON.parse(new TextDecoder().decode(bytes)) };
  }
  return { type: "raw", sizeBytes: bytes.byteLength, sha256: sha256Of(bytes) };
}

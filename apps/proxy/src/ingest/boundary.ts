import { TranscriptionError } from "@earshot/core";

const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^;\s"]+))/iu;

/** A header may be long; an error that repeats it should not be. */
const shown = (contentType: string | undefined): string => {
  if (contentType === undefined) return "missing";
  return contentType.length > 100 ? `${contentType.slice(0, 100)}…` : contentType;
};

/**
 * The boundary of a `multipart/form-data` content type. Throws `invalid_request` (400), also for one
 * of more than `maxLength` characters: RFC 2046 allows 70, and some clients send a little more.
 */
export function boundaryOf(contentType: string | undefined, maxLength: number): string {
  if (contentType === undefined || !/^multipart\/form-data\b/iu.test(contentType))
    throw new TranscriptionError(
      "invalid_request",
      `Send the request as multipart/form-data with the audio in the field 'file'; the content type was ${shown(contentType)}.`,
    );
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? "";
  if (boundary === "")
    throw new TranscriptionError(
      "invalid_request",
      "The content type names no boundary. Send 'multipart/form-data; boundary=…' with the text that separates the parts; most HTTP clients write this header by themselves when it is left out.",
    );
  if (boundary.length > maxLength)
    throw new TranscriptionError(
      "invalid_request",
      `The boundary in the content type has ${boundary.length} characters; ${maxLength} are accepted. Raise earshot_settings.max_boundary_length to allow more.`,
    );
  return boundary;
}

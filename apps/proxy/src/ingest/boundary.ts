import { TranscriptionError } from "@earshot/core";

/** RFC 2046 allows 70; some clients send a little more. */
const MAX_LENGTH = 256;
const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/iu;

/** The boundary of a `multipart/form-data` content type. Throws `invalid_request` (400). */
export function boundaryOf(contentType: string | undefined): string {
  if (contentType === undefined || !/^multipart\/form-data\b/iu.test(contentType))
    throw new TranscriptionError(
      "invalid_request",
      `Send the request as multipart/form-data with the audio in the field 'file'; the content type was ${contentType ?? "missing"}.`,
    );
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? "";
  if (boundary === "" || boundary.length > MAX_LENGTH)
    throw new TranscriptionError(
      "invalid_request",
      `The content type must name a boundary of 1 to ${MAX_LENGTH} characters.`,
    );
  return boundary;
}

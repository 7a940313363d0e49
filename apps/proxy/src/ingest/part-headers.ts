import { TranscriptionError } from "@earshot/core";

/** What the headers of one part say. */
export interface PartHeaders {
  readonly name: string;
  /** Undefined for a text field. */
  readonly fileName: string | undefined;
  /** Lower-case, without parameters; undefined when the client sent none. */
  readonly mediaType: string | undefined;
}

const PARAMETER = /;\s*(name|filename\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/giu;

/** Browsers write a quote as %22; other clients put a backslash before it. */
const unquote = (text: string): string =>
  text
    .replaceAll(/\\(["\\])/gu, "$1")
    .replaceAll("%22", '"')
    .replaceAll(/%0D|%0A/giu, " ");

const decodeExtended = (value: string): string | undefined => {
  const encoded = /^utf-8'[^']*'(.*)$/iu.exec(value)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
};

const headerOf = (text: string, name: string): string | undefined => {
  const pattern = HEADER[name];
  return pattern === undefined ? undefined : pattern.exec(text)?.[1]?.trim();
};

const HEADER: Readonly<Record<string, RegExp>> = {
  disposition: /^content-disposition:(.*)$/imu,
  type: /^content-type:([^;\r\n]*)/imu,
};

/** Reads the header lines of a part, in all spellings of real clients. Throws `invalid_request`. */
export function parsePartHeaders(text: string): PartHeaders {
  const disposition = headerOf(text, "disposition");
  const parameters = new Map<string, string>();
  for (const [, key = "", quoted, bare] of (disposition ?? "").matchAll(PARAMETER))
    parameters.set(key.toLowerCase(), quoted === undefined ? (bare ?? "") : unquote(quoted));
  const name = parameters.get("name");
  if (name === undefined)
    throw new TranscriptionError(
      "invalid_request",
      "The multipart body cannot be read: a part has no name in its Content-Disposition header.",
    );
  const extended = decodeExtended(parameters.get("filename*") ?? "");
  return {
    name,
    fileName: extended ?? parameters.get("filename"),
    mediaType: headerOf(text, "type")?.toLowerCase() || undefined,
  };
}

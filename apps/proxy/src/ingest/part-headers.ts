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

/** What a client gets whose body is no multipart, as far as anybody can tell. */
export const malformed = (message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", `The multipart body cannot be read: ${message}`);

const DISPOSITION = /^content-disposition:(.*)$/imu;
const TYPE = /^content-type:([^;\r\n]*)/imu;
const ENCODING = /^content-transfer-encoding:([^;\r\n]*)/imu;

const headerOf = (text: string, pattern: RegExp): string | undefined =>
  pattern.exec(text)?.[1]?.trim();

/** `binary`, `8bit` and `7bit` say that the bytes are what they are. */
const ENCODED = /^(?:base64|quoted-printable)$/iu;

const refuseWrapped = (text: string, mediaType: string | undefined): void => {
  if (mediaType?.startsWith("multipart/") === true)
    throw malformed(`a part is itself ${mediaType}. Send every file as a part of its own.`);
  const encoding = headerOf(text, ENCODING);
  if (encoding !== undefined && ENCODED.test(encoding))
    throw malformed(
      `a part has the Content-Transfer-Encoding ${encoding}. Send its bytes as they are.`,
    );
};

/** What nearly every client writes, without anything that must be decoded or looked at twice. */
const USUAL =
  /^content-disposition: form-data; name="([^"\\%\r\n]*)"(?:; filename="([^"\\%\r\n]*)"\r\ncontent-type: ((?:audio|video|application)\/[\w.+-]+))?\r?$/iu;

const readUsual = (text: string): PartHeaders | undefined => {
  const [, name, fileName, mediaType] = USUAL.exec(text) ?? [];
  return name === undefined ? undefined : { name, fileName, mediaType: mediaType?.toLowerCase() };
};

/** Reads the header lines of a part, in all spellings of real clients. Throws `invalid_request`. */
export function parsePartHeaders(text: string): PartHeaders {
  return readUsual(text) ?? readUnusual(text);
}

const readUnusual = (text: string): PartHeaders => {
  const disposition = headerOf(text, DISPOSITION);
  const parameters = new Map<string, string>();
  for (const [, key = "", quoted, bare] of (disposition ?? "").matchAll(PARAMETER))
    parameters.set(key.toLowerCase(), quoted === undefined ? (bare ?? "") : unquote(quoted));
  const name = parameters.get("name");
  if (name === undefined) throw malformed("a part has no name in its Content-Disposition header.");
  const mediaType = headerOf(text, TYPE)?.toLowerCase() || undefined;
  refuseWrapped(text, mediaType);
  const extended = decodeExtended(parameters.get("filename*") ?? "");
  return { name, fileName: extended ?? parameters.get("filename"), mediaType };
};

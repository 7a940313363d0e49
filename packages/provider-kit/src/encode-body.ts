import type { AudioFile, HttpBody, OpenOptions } from "@earshot/core";

/** A request body that can be sent as often as needed. */
export interface EncodedBody {
  /** Undefined when there is no body. */
  readonly contentType: string | undefined;
  /** Exact, 0 when there is no body; undefined while the audio in it is still arriving. */
  readonly sizeBytes: number | undefined;
  /** The bytes from the first one; the audio's own chunks are passed on, never copied. */
  open(options?: OpenOptions): AsyncIterable<Uint8Array>;
}

export interface EncodedMultipart extends EncodedBody {
  readonly contentType: string;
}

/** The part of a form that holds the audio. */
export interface MultipartFile {
  /** Name of the form field, such as `file`. */
  readonly name: string;
  readonly audio: AudioFile;
}

const encoder = new TextEncoder();

const percentEncode = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** As browsers do; control characters too, because no header may hold one. */
const escapeName = (name: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what must not get through
  name.replace(/["\u0000-\u001f\u007f]/gu, percentEncode);

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\u0020-\u007e]*)?$/u;

/** The media type when it may stand in a header, otherwise `application/octet-stream`. */
const toHeaderMediaType = (mediaType: string): string =>
  MEDIA_TYPE.test(mediaType) ? mediaType : "application/octet-stream";

const toFieldPart = (boundary: string, name: string, value: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}\r\n`;

const toFileHead = (boundary: string, { name, audio }: MultipartFile): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"; ` +
  `filename="${escapeName(audio.fileName)}"\r\nContent-Type: ${toHeaderMediaType(audio.mediaType)}\r\n\r\n`;

async function* join(
  pieces: readonly (Uint8Array | AudioFile)[],
  options: OpenOptions | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) {
    if ("open" in piece) yield* piece.open(options);
    else yield piece;
  }
}

/**
 * A `multipart/form-data` body: the fields in order, then the file as the last part. Field values are
 * sent as they are; names and file names are escaped as browsers do, UTF-8 stays raw.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
export function encodeMultipart(
  fields: readonly (readonly [name: string, value: string])[],
  file: MultipartFile | undefined,
  boundary: string = `earshot-${crypto.randomUUID()}`,
): EncodedMultipart {
  const parts = fields.map(([name, value]) => toFieldPart(boundary, name, value));
  if (file !== undefined) parts.push(toFileHead(boundary, file));
  const head = encoder.encode(parts.join(""));
  const tail = encoder.encode(`${file === undefined ? "" : "\r\n"}--${boundary}--\r\n`);
  const audioBytes = file === undefined ? 0 : file.audio.sizeBytes;
  const pieces = file === undefined ? [head, tail] : [head, file.audio, tail];
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes:
      audioBytes === undefined ? undefined : head.byteLength + audioBytes + tail.byteLength,
    open: (options) => join(pieces, options),
  };
}

const encodeJson = (value: unknown): EncodedBody => {
  const bytes = encoder.encode(JSON.stringify(value));
  return {
    contentType: "application/json",
    sizeBytes: bytes.byteLength,
    open: (options) => join([bytes], options),
  };
};

/** The body of a call as bytes with their type and, where it is known, their exact number. */
export function encodeBody(body: HttpBody): EncodedBody {
  switch (body.type) {
    case "none":
      return { contentType: undefined, sizeBytes: 0, open: (options) => join([], options) };
    case "json":
      return encodeJson(body.value);
    case "raw":
      return {
        contentType: toHeaderMediaType(body.contentType),
        sizeBytes: body.audio.sizeBytes,
        open: (options) => body.audio.open(options),
      };
    case "multipart":
      return encodeMultipart(body.fields, body.file);
  }
}

import type { AudioFile, OpenOptions } from "@earshot/core";

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
export function toHeaderMediaType(mediaType: string): string {
  return MEDIA_TYPE.test(mediaType) ? mediaType : "application/octet-stream";
}

const createBoundary = (): string => `earshot-${crypto.randomUUID()}`;

const toFieldPart = (boundary: string, name: string, value: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}\r\n`;

const toFileHead = (boundary: string, { name, audio }: MultipartFile): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"; ` +
  `filename="${escapeName(audio.fileName)}"\r\nContent-Type: ${toHeaderMediaType(audio.mediaType)}\r\n\r\n`;

interface Framed {
  readonly head: Uint8Array;
  readonly audio: AudioFile | undefined;
  readonly tail: Uint8Array;
}

async function* frame(
  { head, audio, tail }: Framed,
  options: OpenOptions | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  if (audio !== undefined) yield* audio.open(options);
  yield tail;
}

const sizeOf = (
  head: Uint8Array,
  file: MultipartFile | undefined,
  tail: Uint8Array,
): number | undefined => {
  const audioBytes = file === undefined ? 0 : file.audio.sizeBytes;
  return audioBytes === undefined ? undefined : head.byteLength + audioBytes + tail.byteLength;
};

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
  boundary: string = createBoundary(),
): EncodedMultipart {
  const parts = fields.map(([name, value]) => toFieldPart(boundary, name, value));
  if (file !== undefined) parts.push(toFileHead(boundary, file));
  const head = encoder.encode(parts.join(""));
  const lineEnd = file === undefined ? "" : "\r\n";
  const tail = encoder.encode(`${lineEnd}--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes: sizeOf(head, file, tail),
    open: (options) => frame({ head, audio: file?.audio, tail }, options),
  };
}

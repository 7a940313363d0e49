/** One part of a form, exactly as it is sent. */
export interface RawPart {
  readonly headers: string;
  readonly body: string | Uint8Array;
}

export interface RawFormOptions {
  readonly boundary?: string;
  /** What ends a line; default CR LF. */
  readonly eol?: string;
  readonly preamble?: string | Uint8Array;
  readonly epilogue?: string | Uint8Array;
}

/** A text field. */
export const field = (name: string, value: string): RawPart => ({
  headers: `Content-Disposition: form-data; name="${name}"`,
  body: value,
});

/** A file in a field, by default the one that it belongs in. */
export const file = (bytes: Uint8Array, name = "file"): RawPart => ({
  headers: `Content-Disposition: form-data; name="${name}"; filename="talk.wav"\r\nContent-Type: audio/wav`,
  body: bytes,
});

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? Buffer.from(content, "latin1") : content;

/** The body of a form. */
export function rawForm(parts: readonly RawPart[], options: RawFormOptions = {}): Buffer {
  const { boundary = "frontier", eol = "\r\n", preamble = "", epilogue = "" } = options;
  return Buffer.concat([
    bytesOf(preamble),
    ...parts.flatMap(({ headers, body }) => [
      bytesOf(`--${boundary}${eol}${headers.replaceAll("\r\n", eol)}${eol}${eol}`),
      bytesOf(body),
      bytesOf(eol),
    ]),
    bytesOf(`--${boundary}--${eol}`),
    bytesOf(epilogue),
  ]);
}

/** The head of a request; without `content-length` unless it is among the headers. */
export function rawHead(
  headers: Readonly<Record<string, string | number>> = {},
  requestLine = "POST /v1/audio/transcriptions HTTP/1.1",
): string {
  const all = {
    host: "localhost",
    authorization: "Bearer sk-1234",
    "content-type": "multipart/form-data; boundary=frontier",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [requestLine, ...lines, "", ""].join("\r\n");
}

/** A whole request whose declared length is right. */
export function rawRequest(
  body: Uint8Array,
  headers: Readonly<Record<string, string | number>> = {},
): Buffer {
  return Buffer.concat([
    Buffer.from(rawHead({ "content-length": body.length, ...headers }), "latin1"),
    body,
  ]);
}

/** One chunk of a chunked body. */
export const chunk = (bytes: string | Uint8Array): Buffer => {
  const content = bytesOf(bytes);
  return Buffer.concat([
    Buffer.from(`${content.length.toString(16)}\r\n`, "latin1"),
    content,
    Buffer.from("\r\n"),
  ]);
};

/** One part of a form, its bytes as they arrived. */
export interface FormPart {
  readonly name: string;
  /** Undefined for a plain field. */
  readonly fileName: string | undefined;
  readonly mediaType: string | undefined;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

const indexOf = (haystack: Uint8Array, needle: Uint8Array, from: number): number => {
  const [first = 0] = needle;
  for (let at = haystack.indexOf(first, from); at >= 0; at = haystack.indexOf(first, at + 1)) {
    if (needle.every((byte, offset) => haystack[at + offset] === byte)) return at;
  }
  return -1;
};

const decodeName = (escaped: string): string =>
  escaped.replace(/%(22|0D|0A)/gu, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

const parameter = (header: string, name: string): string | undefined => {
  const found = new RegExp(`[;\\s]${name}="([^"]*)"`, "iu").exec(header)?.[1];
  return found === undefined ? undefined : decodeName(found);
};

const toPart = (bytes: Uint8Array): FormPart => {
  const headEnd = indexOf(bytes, encoder.encode("\r\n\r\n"), 0);
  if (headEnd < 0) throw new Error("A part of the form has no end of headers.");
  const headers = decoder.decode(bytes.subarray(0, headEnd)).split("\r\n");
  const find = (name: string): string | undefined =>
    headers
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const disposition = find("content-disposition") ?? "";
  const name = parameter(disposition, "name");
  if (!/^form-data\b/iu.test(disposition) || name === undefined) {
    throw new Error(`A part of the form has no name: ${headers.join(" | ")}`);
  }
  return {
    name,
    fileName: parameter(disposition, "filename"),
    mediaType: find("content-type"),
    bytes: bytes.subarray(headEnd + 4),
  };
};

/** Reads a whole `multipart/form-data` body; throws with a reason when it is malformed. */
export function readMultipart(contentType: string, body: Uint8Array): readonly FormPart[] {
  const boundary = /;\s*boundary="?([^";]+)"?/iu.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`No boundary in the content type ${contentType}.`);
  const delimiter = encoder.encode(`\r\n--${boundary}`);
  const opening = encoder.encode(`--${boundary}`);
  if (indexOf(body, opening, 0) !== 0)
    throw new Error("The form does not start with its boundary.");
  const parts: FormPart[] = [];
  let position = opening.length;
  for (;;) {
    const mark = decoder.decode(body.subarray(position, position + 2));
    if (mark === "--") return parts;
    if (mark !== "\r\n") throw new Error("Something follows a boundary that is no line end.");
    const end = indexOf(body, delimiter, position);
    if (end < 0) throw new Error("The form ends before its last boundary.");
    parts.push(toPart(body.subarray(position + 2, end)));
    position = end + delimiter.length;
  }
}

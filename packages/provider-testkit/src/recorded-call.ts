import { createHash } from "node:crypto";

/** A file as it arrived: its bytes are kept as their hash. */
export interface RecordedFile {
  /** Name of the form field. */
  readonly fieldName: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A request body as it arrived, decoded. */
export type RecordedBody =
  | { readonly type: "none" }
  | { readonly type: "json"; readonly value: unknown }
  | { readonly type: "raw"; readonly sizeBytes: number; readonly sha256: string }
  | {
      readonly type: "multipart";
      /** In the order of the body; a name may repeat. */
      readonly fields: readonly (readonly [name: string, value: string])[];
      readonly files: readonly RecordedFile[];
      /** True when no field follows a file: some vendors ignore what comes after it. */
      readonly filesLast: boolean;
    };

/** One HTTP call as the other side sees it. */
export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  /** Decoded no further than the URL says. */
  readonly path: string;
  /** Decoded, in order; a name may repeat. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; with `content-type`, and `content-length` where the size is known. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RecordedBody;
}

/** All values of a form field, in order; empty when the body is no form. */
export function fieldValues(call: RecordedCall, name: string): readonly string[] {
  if (call.body.type !== "multipart") return [];
  return call.body.fields.filter(([key]) => key === name).map(([, value]) => value);
}

/** All values of a query parameter, in order. */
export function queryValues(call: RecordedCall, name: string): readonly string[] {
  return call.query.filter(([key]) => key === name).map(([, value]) => value);
}

/** The audio that a call carries, whether as a file or as its whole body. */
export function audioOf(call: RecordedCall): { sizeBytes: number; sha256: string } | undefined {
  if (call.body.type === "raw") return call.body;
  return call.body.type === "multipart" ? call.body.files[0] : undefined;
}

/** Path and query of a URL as a record wants them. */
export function splitUrl(url: string): Pick<RecordedCall, "path" | "query"> {
  const { pathname, searchParams } = new URL(url);
  return { path: pathname, query: [...searchParams] };
}

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

/** Lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const recordForm = (contentType: string, bytes: Uint8Array): RecordedBody => {
  const parts = readMultipart(contentType, bytes);
  const firstFile = parts.findIndex((part) => part.fileName !== undefined);
  return {
    type: "multipart",
    fields: parts
      .filter((part) => part.fileName === undefined)
      .map((part) => [part.name, new TextDecoder().decode(part.bytes)] as const),
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

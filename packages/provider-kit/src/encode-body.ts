import type { HttpBody } from "@earshot/core";
import { encodeMultipart, toHeaderMediaType } from "./multipart.ts";
import type { EncodedBody } from "./multipart.ts";

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

const encodeJson = (value: unknown): EncodedBody => {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return {
    contentType: "application/json",
    sizeBytes: bytes.byteLength,
    open: () => once(bytes),
  };
};

/** The body of a call as bytes with their type and, where it is known, their exact number. */
export function encodeBody(body: HttpBody): EncodedBody {
  switch (body.type) {
    case "none":
      return { contentType: undefined, sizeBytes: 0, open: nothing };
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

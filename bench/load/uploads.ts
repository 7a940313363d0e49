import { requestHead } from "./upload-connection.ts";
import type { UploadTarget } from "./upload-connection.ts";
import { uploadBody } from "./upload-form.ts";
import type { UploadBody, UploadForm } from "./upload-form.ts";

/** A request that is ready to be written. */
export interface Upload {
  readonly form: UploadForm;
  readonly head: Buffer;
  readonly body: UploadBody;
}

const bodies = new Map<string, UploadBody>();

const KEPT_BODIES = 3;

/** Built once and written by all clients: a body takes memory once, however many send it. */
const bodyOf = (form: UploadForm): UploadBody => {
  const key = `${form.audioBytes} ${form.first}`;
  const body = bodies.get(key) ?? uploadBody(form);
  // The last used one is the last of the map; files of 256 MiB must not pile up.
  bodies.delete(key);
  bodies.set(key, body);
  for (const old of [...bodies.keys()].slice(0, -KEPT_BODIES)) bodies.delete(old);
  return body;
};

/** Prepares the form for that target. */
export function toUpload(target: UploadTarget, form: UploadForm): Upload {
  const body = bodyOf(form);
  return { form, head: requestHead(target, body.bytes.length), body };
}

import { assertRight, createUploadConnection, requestHead } from "./upload-connection.ts";
import type { UploadConnection, UploadTarget } from "./upload-connection.ts";
import { uploadBody } from "./upload-form.ts";
import type { UploadForm } from "./upload-form.ts";

/** Uploads from several clients at once, each one after the other. */
export interface BurstOrder extends UploadTarget {
  readonly kind: "burst";
  /** Sent in turn. */
  readonly forms: readonly UploadForm[];
  /** Sent instead of every so many-th one. */
  readonly rare?: { readonly form: UploadForm; readonly every: number };
  readonly clients: number;
  readonly requests: number;
  /** What is not answered by then fails. */
  readonly limitMs: number;
}

/** What came of it. */
export interface BurstReport {
  readonly seconds: number;
  /** Of each request. */
  readonly latenciesMs: readonly number[];
  /** Undefined when every answer was right. */
  readonly failure: string | undefined;
}

interface Upload {
  readonly form: UploadForm;
  readonly head: Buffer;
  readonly body: Buffer;
}

const bodies = new Map<string, Buffer>();

/** Built once and written by all clients: a body takes memory once, however many send it. */
const bodyOf = (form: UploadForm): Buffer => {
  const key = `${form.audioBytes} ${form.first}`;
  const body = bodies.get(key) ?? uploadBody(form).bytes;
  bodies.set(key, body);
  return body;
};

const KEPT_BODIES = 3;

/** Keeps those of the last orders, so that files of 256 MiB do not pile up. */
const forgetBodies = (): void => {
  for (const key of [...bodies.keys()].slice(0, -KEPT_BODIES)) bodies.delete(key);
};

const toUpload = (target: UploadTarget, form: UploadForm): Upload => {
  const body = bodyOf(form);
  return { form, head: requestHead(target, body.length), body };
};

const send = async (connection: UploadConnection, upload: Upload): Promise<void> => {
  const answer = await connection.send((socket) => {
    socket.cork();
    socket.write(upload.head);
    socket.write(upload.body);
    socket.uncork();
  });
  assertRight(answer, upload.form.audioBytes);
};

const createPicker = (order: BurstOrder): ((index: number) => Upload) => {
  const usual = order.forms.map((form) => toUpload(order, form));
  const rare = order.rare === undefined ? undefined : toUpload(order, order.rare.form);
  const every = order.rare?.every ?? Infinity;
  return (index) => {
    const isRare = rare !== undefined && index % every === every - 1;
    const upload = isRare ? rare : usual[index % usual.length];
    if (upload === undefined) throw new Error("There is nothing to send.");
    return upload;
  };
};

/** Sends everything; stops at the first wrong answer. */
export async function runBurst(order: BurstOrder): Promise<BurstReport> {
  const pick = createPicker(order);
  forgetBodies();
  const connections = Array.from({ length: order.clients }, () =>
    createUploadConnection(order.port),
  );
  const latenciesMs: number[] = [];
  let sent = 0;
  let failure: string | undefined;
  const end = (reason: string): void => {
    failure ??= reason;
    sent = order.requests;
    for (const connection of connections) connection.close();
  };
  const client = async (connection: UploadConnection): Promise<void> => {
    while (sent < order.requests) {
      const upload = pick(sent++);
      const startedAtMs = performance.now();
      await send(connection, upload);
      latenciesMs.push(performance.now() - startedAtMs);
    }
  };
  const startedAtMs = performance.now();
  const limit = setTimeout(
    () => end(`not answered within ${order.limitMs / 1000} s`),
    order.limitMs,
  );
  await Promise.allSettled(
    connections.map((connection) =>
      client(connection).catch((error: unknown) =>
        end(error instanceof Error ? error.message : String(error)),
      ),
    ),
  );
  const seconds = (performance.now() - startedAtMs) / 1000;
  clearTimeout(limit);
  for (const connection of connections) connection.close();
  return { seconds, latenciesMs, failure };
}

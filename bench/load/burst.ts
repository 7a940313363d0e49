import { assertRight, createUploadConnection, toUpload } from "./upload-connection.ts";
import type { Upload, UploadConnection, UploadTarget } from "./upload-connection.ts";
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
}

const send = async (connection: UploadConnection, upload: Upload): Promise<void> => {
  const answer = await connection.send((socket) => {
    socket.cork();
    socket.write(upload.head);
    socket.write(upload.body.bytes);
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

/** Sends everything. Rejects at the first answer that is wrong or late. */
export async function runBurst(order: BurstOrder): Promise<BurstReport> {
  const pick = createPicker(order);
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
  if (failure !== undefined) throw new Error(failure);
  return { seconds, latenciesMs };
}

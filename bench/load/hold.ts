import { setTimeout as sleep } from "node:timers/promises";
import { assertRight, createUploadConnection, toUpload } from "./upload-connection.ts";
import type { Upload, UploadConnection, UploadTarget } from "./upload-connection.ts";
import type { UploadForm } from "./upload-form.ts";

/** A large upload as fast as the gateway takes it, and small ones beside it until it is answered. */
export interface HoldOrder extends UploadTarget {
  readonly kind: "hold";
  readonly large: UploadForm;
  readonly small: UploadForm;
  /** Between an answer to a small one and the next. */
  readonly pauseMs: number;
  readonly limitMs: number;
}

/** What the client of the large upload saw, and those of the small ones. */
export interface HoldReport {
  /** Until its last byte was taken, by the gateway or by the buffers in between. */
  readonly acceptedMs: number;
  readonly answeredMs: number;
  readonly smallLatenciesMs: readonly number[];
}

const sendOne = async (connection: UploadConnection, upload: Upload): Promise<number> => {
  const startedAtMs = performance.now();
  const answer = await connection.send((socket) => {
    socket.cork();
    socket.write(upload.head);
    socket.write(upload.body.bytes);
    socket.uncork();
  });
  assertRight(answer, upload.form.audioBytes);
  return performance.now() - startedAtMs;
};

/** Sends the large upload and the small ones. Rejects when an answer is wrong or late. */
export async function runHold(order: HoldOrder): Promise<HoldReport> {
  const large = toUpload(order, order.large);
  const small = toUpload(order, order.small);
  const connections = [
    createUploadConnection(order.port),
    createUploadConnection(order.port),
  ] as const;
  const [largeConnection, smallConnection] = connections;
  const close = (): void => connections.forEach((connection) => connection.close());
  const limit = setTimeout(close, order.limitMs);
  const smallLatenciesMs: number[] = [];
  let acceptedMs = Number.NaN;
  let isAnswered = false;
  const startedAtMs = performance.now();

  const sendLarge = async (): Promise<number> => {
    const answer = await largeConnection.send((socket) => {
      socket.write(large.head);
      socket.write(large.body.bytes, () => {
        acceptedMs = performance.now() - startedAtMs;
      });
    });
    isAnswered = true;
    assertRight(answer, order.large.audioBytes);
    return performance.now() - startedAtMs;
  };
  const sendSmall = async (): Promise<void> => {
    while (!isAnswered) {
      await sleep(order.pauseMs);
      smallLatenciesMs.push(await sendOne(smallConnection, small));
    }
  };

  try {
    await Promise.all([largeConnection.open(), smallConnection.open()]);
    const [answeredMs] = await Promise.all([sendLarge(), sendSmall()]);
    return { acceptedMs, answeredMs, smallLatenciesMs };
  } finally {
    isAnswered = true;
    clearTimeout(limit);
    close();
  }
}

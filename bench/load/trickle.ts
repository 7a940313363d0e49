import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { sharedNowMs } from "../processes/process-usage.ts";
import { assertRight, createUploadConnection, toUpload } from "./upload-connection.ts";
import type { Upload, UploadTarget } from "./upload-connection.ts";
import type { UploadForm } from "./upload-form.ts";

/** One upload by a client with a slow line. */
export interface TrickleOrder extends UploadTarget {
  readonly kind: "trickle";
  readonly form: UploadForm;
  /** The audio is written in pieces of this size. */
  readonly pieceBytes: number;
  readonly everyMs: number;
  readonly limitMs: number;
}

/** When the client wrote what, in milliseconds of the clock that all processes share. */
export interface TrickleReport {
  /** All that comes ahead of the audio and, as clients write them together, the first of the audio. */
  readonly headAtMs: number;
  readonly lastByteAtMs: number;
  readonly answeredAtMs: number;
}

/** What of the audio fits into a packet with what comes ahead of it. */
const FIRST_AUDIO_BYTES = 1024;

const writeSlowly = async (socket: Socket, upload: Upload, order: TrickleOrder) => {
  const { bytes, audioAt } = upload.body;
  const start = audioAt + FIRST_AUDIO_BYTES;
  const headAtMs = sharedNowMs();
  socket.write(Buffer.concat([upload.head, bytes.subarray(0, start)]));
  for (let at = start; at < bytes.length && !socket.destroyed; at += order.pieceBytes) {
    await sleep(order.everyMs);
    const isTaken = socket.write(bytes.subarray(at, at + order.pieceBytes));
    if (!isTaken && !socket.destroyed) await once(socket, "drain");
  }
  return { headAtMs, lastByteAtMs: sharedNowMs() };
};

/** Sends one upload slowly. Rejects when the answer is wrong or late. */
export async function runTrickle(order: TrickleOrder): Promise<TrickleReport> {
  const upload = toUpload(order, order.form);
  const connection = createUploadConnection(order.port);
  const limit = setTimeout(() => connection.close(), order.limitMs);
  let written: ReturnType<typeof writeSlowly> | undefined;
  try {
    await connection.open();
    const answer = await connection.send((socket) => {
      written = writeSlowly(socket, upload, order);
    });
    assertRight(answer, order.form.audioBytes);
    const times = await written;
    if (times === undefined) throw new Error("nothing was written");
    return { ...times, answeredAtMs: sharedNowMs() };
  } finally {
    clearTimeout(limit);
    connection.close();
    await written?.catch(() => undefined);
  }
}

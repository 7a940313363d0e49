import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { createAnswerReader } from "./answer-reader.ts";
import type { Answer } from "./answer-reader.ts";
import { UPLOAD_CONTENT_TYPE } from "./upload-form.ts";

/** Where uploads go. */
export interface UploadTarget {
  readonly port: number;
  /** Sent with every upload. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A connection that stays open for one upload after the other. */
export interface UploadConnection {
  /** Resolves when the connection stands. */
  open(): Promise<void>;
  /** Writes and resolves with the answer. Rejects when the connection breaks first. */
  send(write: (socket: Socket) => void): Promise<Answer>;
  close(): void;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Opens a connection with the first upload, and again when the gateway has closed it in between. */
export function createUploadConnection(port: number): UploadConnection {
  let socket: Socket | undefined;
  let waiting: Waiting | undefined;

  const connectSocket = (): Socket => {
    const opened = connect({ port, host: "127.0.0.1", noDelay: true });
    const read = createAnswerReader();
    opened.on("data", (piece) => {
      const answer = read(piece);
      if (answer !== undefined) waiting?.resolve(answer);
    });
    const fail = (error: Error): void => {
      if (socket !== opened) return;
      socket = undefined;
      waiting?.reject(error);
    };
    opened.once("error", fail);
    opened.once("end", () => fail(new Error("the connection was closed before the answer")));
    opened.once("close", () => fail(new Error("the connection was cut")));
    return opened;
  };

  return {
    open: async () => {
      socket ??= connectSocket();
      if (socket.connecting) await once(socket, "connect");
    },
    send: (write) =>
      new Promise<Answer>((resolve, reject) => {
        waiting = { resolve, reject };
        socket ??= connectSocket();
        write(socket);
      }),
    close: () => {
      socket?.destroy();
    },
  };
}

/** The head of a request that uploads that many bytes. */
export function requestHead({ port, headers }: UploadTarget, bodyBytes: number): Buffer {
  const all = {
    host: `127.0.0.1:${port}`,
    ...headers,
    authorization: "Bearer sk-test-bench",
    "content-type": UPLOAD_CONTENT_TYPE,
    "content-length": String(bodyBytes),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST /v1/audio/transcriptions HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
}

/** More than any gateway adds to a form when it writes it anew. */
const FORM_OVERHEAD_BYTES = 8192;

/** Throws unless the upstream has received the audio as a whole and its answer came back. */
export function assertRight({ status, body }: Answer, audioBytes: number): void {
  const received = Number(/quick brown fox got (\d+) bytes/u.exec(body)?.[1] ?? Number.NaN);
  const isWhole = received > audioBytes && received < audioBytes + FORM_OVERHEAD_BYTES;
  if (status === 200 && isWhole) return;
  throw new Error(`answered ${status}: ${body.trim().slice(0, 200)}`);
}

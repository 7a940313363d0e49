import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { UPLOAD_CONTENT_TYPE, uploadBody } from "./upload-form.ts";
import type { UploadBody, UploadForm } from "./upload-form.ts";

/** What a gateway answered. */
export interface Answer {
  readonly status: number;
  /** Of a chunked answer with the sizes of its chunks. */
  readonly body: string;
}

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = "0\r\n\r\n";

const isWhole = (head: string, body: string): boolean => {
  const length = /\r\ncontent-length: *(\d+)/iu.exec(head)?.[1];
  return length === undefined ? body.endsWith(LAST_CHUNK) : body.length >= Number(length);
};

/**
 * Reads one answer of a connection that is kept alive, as it arrives: undefined until it is whole.
 * Knows as much of HTTP as short answers in JSON need, and costs next to nothing.
 */
export function createAnswerReader(): (piece: Buffer) => Answer | undefined {
  let text = "";
  return (piece) => {
    text += piece.toString("latin1");
    if (text.startsWith("HTTP/1.1 100"))
      text = text.slice(text.indexOf(HEAD_END) + HEAD_END.length);
    const headEnd = text.indexOf(HEAD_END);
    if (headEnd === -1) return undefined;
    const head = text.slice(0, headEnd);
    const body = text.slice(headEnd + HEAD_END.length);
    if (!isWhole(head, body)) return undefined;
    text = "";
    return { status: Number(head.slice(9, 12)), body };
  };
}

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
function requestHead({ port, headers }: UploadTarget, bodyBytes: number): Buffer {
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
  const hasAll = received > audioBytes && received < audioBytes + FORM_OVERHEAD_BYTES;
  if (status === 200 && hasAll) return;
  throw new Error(`answered ${status}: ${body.trim().slice(0, 200)}`);
}

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

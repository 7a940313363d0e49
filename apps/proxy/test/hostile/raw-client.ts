import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection that sends exactly the bytes it is told to. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  /** Resolves when the system has taken the bytes; never rejects, also when the server hangs up. */
  readonly send: (bytes: string | Uint8Array) => Promise<void>;
  /** Ends this side and goes on reading. */
  readonly end: () => void;
  /** The next whole answer. Rejects when the connection ends before it. */
  readonly answer: () => Promise<RawAnswer>;
  /** Resolves when the connection is gone on both sides. */
  readonly closed: Promise<void>;
}

interface Parsed {
  readonly answer: RawAnswer;
  readonly rest: string;
}

const headersOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );

/** The first answer of what was received, all its bytes as Latin-1; undefined before it is whole. */
const parseAnswer = (text: string): Parsed | undefined => {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  const headers = headersOf(lines);
  const from = headEnd + 4;
  if (status === 100) return { answer: { status, headers, body: "" }, rest: text.slice(from) };
  const length = headers["content-length"];
  if (length === undefined) throw new Error(`An answer without a length: ${statusLine}`);
  const to = from + Number(length);
  if (text.length < to) return undefined;
  const body = Buffer.from(text.slice(from, to), "latin1").toString("utf8");
  return { answer: { status, headers, body }, rest: text.slice(to) };
};

/** Connects to the server at that URL. */
export async function dial(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let received = "";
  let news = Promise.withResolvers<void>();
  const tell = (): void => {
    news.resolve();
    news = Promise.withResolvers();
  };
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
    tell();
  });
  // The server may hang up on hostile bytes; what it said before that is what counts.
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  void closed.then(tell);
  await once(socket, "connect");
  const answer = async (): Promise<RawAnswer> => {
    for (;;) {
      const parsed = parseAnswer(received);
      if (parsed !== undefined) {
        received = parsed.rest;
        return parsed.answer;
      }
      if (socket.closed) throw new Error(`The server hung up after: ${received.slice(0, 200)}`);
      await news.promise;
    }
  };
  return {
    socket,
    send: (bytes) =>
      new Promise((resolve) => {
        socket.write(bytes, () => resolve());
      }),
    end: () => socket.end(),
    answer,
    closed,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

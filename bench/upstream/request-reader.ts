/** What the reader of requests tells. */
export interface RequestEvents {
  /** The first bytes of a request have arrived. */
  begin(): void;
  /** Bytes of the body; of a chunked one with the sizes of its chunks. */
  body(piece: Buffer): void;
  /** The request is whole; its body had that many bytes, without the sizes of chunks. */
  end(bodyBytes: number): void;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = 0x0a;

interface Head {
  readonly isChunked: boolean;
  readonly declaredBytes: number;
  /** Where the body begins in the piece that completed the head. */
  readonly end: number;
}

/** Collects the head of a request: undefined until it is whole. */
const createHeadReader = (
  begin: () => void,
): ((piece: Buffer, from: number) => Head | undefined) => {
  let held: Buffer = Buffer.alloc(0);
  return (piece, from) => {
    const heldBefore = held.length;
    if (heldBefore === 0) begin();
    held = Buffer.concat([held, piece.subarray(from)]);
    const headEnd = held.indexOf(HEAD_END);
    if (headEnd === -1) return undefined;
    const head = held.toString("latin1", 0, headEnd);
    held = Buffer.alloc(0);
    return {
      isChunked: /\r\ntransfer-encoding: *chunked/iu.test(head),
      declaredBytes: Number(/\r\ncontent-length: *(\d+)/iu.exec(head)?.[1] ?? 0),
      end: from + headEnd + HEAD_END.length - heldBefore,
    };
  };
};

type State = "head" | "sized" | "chunk size" | "chunk" | "chunk end" | "trailer";

/**
 * Reads requests of one connection, one after the other, as they arrive. Counts bodies without looking
 * at them, so that it costs next to nothing. Knows as much of HTTP as gateways send; a request
 * that it cannot read is never answered.
 */
export function createRequestReader(events: RequestEvents): (piece: Buffer) => void {
  const readHeadBytes = createHeadReader(events.begin);
  let state: State = "head";
  /** What is left of a body of known length, or of a chunk. */
  let left = 0;
  let bodyBytes = 0;
  let line = "";

  const end = (): void => {
    state = "head";
    events.end(bodyBytes);
  };

  const readHead = (piece: Buffer, from: number): number => {
    const head = readHeadBytes(piece, from);
    if (head === undefined) return piece.length;
    bodyBytes = 0;
    left = head.declaredBytes;
    state = head.isChunked ? "chunk size" : "sized";
    if (state === "sized" && left === 0) end();
    return head.end;
  };

  const readBody = (piece: Buffer, from: number): number => {
    const read = Math.min(left, piece.length - from);
    left -= read;
    bodyBytes += read;
    if (left > 0) return from + read;
    if (state === "sized") end();
    else state = "chunk end";
    return from + read;
  };

  const readLine = (piece: Buffer, from: number): number => {
    const lineEnd = piece.indexOf(LINE_END, from);
    if (lineEnd === -1) {
      line += piece.toString("latin1", from);
      return piece.length;
    }
    line += piece.toString("latin1", from, lineEnd);
    const complete = line.trim();
    line = "";
    if (state === "chunk end") state = "chunk size";
    else if (state === "trailer") {
      if (complete === "") end();
    } else {
      left = Number.parseInt(complete, 16);
      state = left === 0 ? "trailer" : "chunk";
    }
    return lineEnd + 1;
  };

  const isInBody = (): boolean => state === "sized" || state === "chunk";

  return (piece) => {
    let at = 0;
    if (state === "head") at = readHead(piece, at);
    if (at < piece.length) events.body(at === 0 ? piece : piece.subarray(at));
    while (at < piece.length) {
      if (state === "head") at = readHead(piece, at);
      else at = isInBody() ? readBody(piece, at) : readLine(piece, at);
    }
  };
}

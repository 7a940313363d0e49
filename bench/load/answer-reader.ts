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

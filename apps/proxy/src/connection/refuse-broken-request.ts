import { STATUS_CODES } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { TranscriptionError } from "@earshot/core";
import { toErrorBody } from "@earshot/formats";

const MALFORMED =
  "The request is not well-formed HTTP, or its body does not have the length that it says.";

/** By the code of Node's error. */
const REFUSALS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    "The headers of the request are too long. Raise earshot_settings.max_header_size_kb to allow more.",
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "The chunks of the body have extensions that are too long."],
  HPE_INVALID_CHUNK_SIZE: [400, "A chunk of the body has a size that is no hexadecimal number."],
  HPE_INVALID_EOF_STATE: [400, "The connection ended before the request was complete."],
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    "The headers of the request did not come in time. Raise earshot_settings.header_timeout to allow more.",
  ],
};

/** How long a client may go on sending after its answer, in milliseconds. */
const LINGER_MS = 2000;

/**
 * Closes a connection once what was written is out and the client has closed its side, after two
 * seconds at the latest. A connection that is closed with bytes unread is reset, and a reset takes
 * away an answer that the client, busy sending, has not read yet.
 */
const closeGently = (socket: Duplex): void => {
  const force = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(force));
  socket.end();
};

/** What lets a page read the answer, where its request was already let in. */
const browserHeaders = (outgoing: ServerResponse | undefined): readonly string[] =>
  Object.entries(outgoing?.getHeaders() ?? {})
    .filter(([name]) => name === "vary" || name.startsWith("access-control-"))
    .map(([name, value]) => `${name}: ${String(value)}`);

/** A whole HTTP answer that says why the request was refused, in OpenAI's error shape. */
function toRefusal(errorCode: string | undefined, headers: readonly string[]): string {
  const [status, message] = REFUSALS[errorCode ?? ""] ?? [400, MALFORMED];
  const { body } = toErrorBody(new TranscriptionError("invalid_request", message));
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    "connection: close",
    "x-should-retry: false",
    ...headers,
    "",
    text,
  ].join("\r\n");
}

/**
 * Answers what Node could not read as a request and closes its connection. `outgoing` is the answer
 * that the broken request would have got; undefined when not even its headers were read. When the
 * client has its beginning already, a second one would garble it.
 */
export function refuseBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Duplex,
  outgoing: ServerResponse | undefined,
): void {
  // What follows a broken request is broken too: one answer is enough.
  if (socket.writableEnded || socket.destroyed) return;
  if (outgoing?.headersSent === true || error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.write(toRefusal(error.code, browserHeaders(outgoing)));
  closeGently(socket);
}

/** Lets a client that is answered before its body is over read the answer. */
export function answerBeforeBodyEnds(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.once("prefinish", () => {
    if (incoming.complete) return;
    // Node calls this after an answer with `connection: close`, and would reset the connection.
    incoming.socket.destroySoon = () => closeGently(incoming.socket);
    incoming.resume();
  });
}

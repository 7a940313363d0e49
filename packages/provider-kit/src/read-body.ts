import { TranscriptionError } from "@earshot/core";
import type { HttpResponse } from "@earshot/core";
import { describeHtml, isHtml } from "./html-body.ts";
import { toSentence } from "./redact.ts";

/** For whole texts; it keeps nothing between two. */
const utf8 = new TextDecoder();

const MEBIBYTE = 1024 * 1024;
const DEFAULT_LIMIT_BYTES = 64 * MEBIBYTE;
const EXCERPT_BYTES = 64 * 1024;
const EXCERPT_CHARACTERS = 120;

/**
 * The whole body as UTF-8 text. Rejects with `bad_response` when it is larger than the limit (64 MiB
 * by default), and with what the transport rejects with.
 */
export async function readText(
  response: Pick<HttpResponse, "body">,
  options: { readonly limitBytes?: number } = {},
): Promise<string> {
  const limitBytes = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) {
      const limit = `${Math.round((limitBytes / MEBIBYTE) * 10) / 10} MiB`;
      throw new TranscriptionError(
        "bad_response",
        `The provider's answer is larger than ${limit}.`,
      );
    }
    pieces.push(chunk);
  }
  const [only] = pieces;
  return pieces.length === 1 ? utf8.decode(only) : decodeAll(pieces);
}

const decodeAll = (pieces: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder();
  const texts = pieces.map((piece) => decoder.decode(piece, { stream: true }));
  return texts.join("") + decoder.decode();
};

/** The beginning of an error's body, as far as it arrives; rejects only when the request is over. */
export async function readExcerpt(
  response: Pick<HttpResponse, "body">,
  signal: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  try {
    for await (const chunk of response.body) {
      sizeBytes += chunk.byteLength;
      text += decoder.decode(chunk, { stream: true });
      if (sizeBytes >= EXCERPT_BYTES) break;
    }
  } catch (error) {
    // A half error page still says more than a broken connection.
    if (signal.aborted) throw error;
  }
  return text;
}

/** The parsed body; throws `bad_response` with a short excerpt when it is not JSON. */
export function parseJson(text: string, providerId: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TranscriptionError("bad_response", `${providerId} answered with ${describe(text)}.`, {
      provider: providerId,
    });
  }
}

const describe = (text: string): string => {
  if (text.trim() === "") return "an empty body where JSON was expected";
  if (isHtml(text)) return `${describeHtml(text)} where JSON was expected`;
  const line = toSentence(text.slice(0, EXCERPT_CHARACTERS * 4));
  const excerpt = line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS)}…` : line;
  return `something that is not JSON: ${excerpt}`;
};

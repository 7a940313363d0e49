import { parseJson, TranscriptionError } from "@earshot/core";
import type { HttpResponse, ProviderContext } from "@earshot/core";
import { isHtml, isJsonLike, isMarkup, problemOfText } from "./plausible-text.ts";

/** For whole texts; it keeps nothing between two. */
const utf8 = new TextDecoder();

const MEBIBYTE = 1024 * 1024;
const EXCERPT_BYTES = 64 * 1024;
const DRAIN_BYTES = MEBIBYTE;
/** An error page that trickles in is judged by what is there. */
const EXCERPT_TIME_MS = 5000;

/**
 * The largest answer by its kind. JSON with times for every word of ten hours takes up to 14 MiB, text
 * of a day 2 MiB in Latin letters and 4 MiB in others, subtitles of a day twice as much.
 */
export const ANSWER_LIMIT_BYTES: Readonly<Record<"json" | "text" | "subtitles", number>> = {
  json: 16 * MEBIBYTE,
  text: 4 * MEBIBYTE,
  subtitles: 8 * MEBIBYTE,
};

const tooLarge = (limitBytes: number): TranscriptionError => {
  const limit = `${Math.round((limitBytes / MEBIBYTE) * 10) / 10} MiB`;
  return new TranscriptionError("bad_response", `The provider's answer is larger than ${limit}.`);
};

/** All bytes in one piece: thousands of small ones would weigh many times what they hold. */
const collect = async (
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Uint8Array | undefined> => {
  let whole: Uint8Array | undefined;
  let sizeBytes = 0;
  for await (const chunk of body) {
    const nextBytes = sizeBytes + chunk.byteLength;
    if (nextBytes > limitBytes) throw tooLarge(limitBytes);
    if (whole === undefined) whole = chunk;
    else {
      if (nextBytes > whole.byteLength) {
        const grown = new Uint8Array(nextBytes * 2);
        grown.set(whole.subarray(0, sizeBytes));
        whole = grown;
      }
      whole.set(chunk, sizeBytes);
    }
    sizeBytes = nextBytes;
  }
  return whole?.subarray(0, sizeBytes);
};

/**
 * The whole body as UTF-8 text; bytes that are none become U+FFFD, as whisper.cpp cuts characters in two
 * at the end of a segment. Rejects with `bad_response` as soon as it is larger than the limit (by
 * default that of JSON), and with what the transport rejects with.
 */
export async function readText(
  response: Pick<HttpResponse, "body">,
  { limitBytes = ANSWER_LIMIT_BYTES.json }: { readonly limitBytes?: number } = {},
): Promise<string> {
  const bytes = await collect(response.body, limitBytes);
  return bytes === undefined ? "" : utf8.decode(bytes);
}

/** Reads a body that nobody needs, so that its connection can be used again; a large one is given up. */
export async function drainBody({ body }: Pick<HttpResponse, "body">): Promise<void> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > DRAIN_BYTES) return;
  }
}

/** Gives a body up that nobody will read; its connection is let go. */
export function discardBody({ body }: Pick<HttpResponse, "body">): void {
  Promise.resolve(body[Symbol.asyncIterator]().return?.()).catch(() => undefined);
}

/**
 * The beginning of an error's body, as far as it arrives within five seconds; rejects only when the
 * request is over.
 */
export async function readExcerpt(
  { body }: Pick<HttpResponse, "body">,
  { signal, clock }: Pick<ProviderContext, "signal" | "clock">,
): Promise<string> {
  const decoder = new TextDecoder();
  const iterator = body[Symbol.asyncIterator]();
  const { promise: timeUp, resolve: giveUp } = Promise.withResolvers<undefined>();
  const cancelTimer = clock.after(EXCERPT_TIME_MS, () => giveUp(undefined));
  let text = "";
  let sizeBytes = 0;
  try {
    while (sizeBytes < EXCERPT_BYTES) {
      const next = await Promise.race([iterator.next(), timeUp]);
      if (next === undefined || next.done === true) break;
      sizeBytes += next.value.byteLength;
      text += decoder.decode(next.value, { stream: true });
    }
  } catch (error) {
    // A half error page still says more than a broken connection.
    if (signal.aborted) throw error;
  } finally {
    cancelTimer();
    // Not awaited: a body that waits for its next bytes must not hold up the error.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
  return text.slice(0, EXCERPT_BYTES);
}

/** Fewer take no time worth counting them. */
const COUNTED_CHARACTERS = MEBIBYTE;
/** With a time for every word, ten hours of speech take some 120,000. */
const MOST_JSON_NODES = 500_000;

/**
 * Whether JSON may have more objects and lists than any transcript. Each costs far more than its text,
 * most of all where V8's young generation is kept small: a million take a second there.
 */
const isMadeOfNodes = (text: string, mostNodes: number): boolean => {
  if (text.length < COUNTED_CHARACTERS) return false;
  let count = 0;
  for (const opening of ["{", "["])
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) {
      count += 1;
      if (count > mostNodes) return true;
    }
  return false;
};

/**
 * The parsed body; throws `bad_response` that says what came instead, and shows nothing of it, also
 * when a large body has more objects and lists than `mostNodes` (default 500,000).
 */
export function readJson(
  text: string,
  providerId: string,
  mostNodes: number = MOST_JSON_NODES,
): unknown {
  if (isMadeOfNodes(text, mostNodes)) {
    const message = `${providerId} answered with JSON of over ${mostNodes} objects and lists, which no transcript has.`;
    throw new TranscriptionError("bad_response", message, { provider: providerId });
  }
  const value = parseJson(text);
  if (value !== undefined) return value;
  const message = `${providerId} answered with ${describeBody(text)} where JSON was expected.`;
  throw new TranscriptionError("bad_response", message, { provider: providerId });
}

/** Words for a body that was not understood, without a word from it. */
export function describeBody(text: string): string {
  if (text.trim() === "") return "an empty body";
  return `${kindOf(text)} (${text.length} characters)`;
}

const kindOf = (text: string): string => {
  if (isHtml(text)) return "a web page";
  if (isMarkup(text)) return "XML";
  if (isJsonLike(text)) return "broken JSON";
  return problemOfText(text) ?? "plain text";
};

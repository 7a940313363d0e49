import type { HttpResponse } from "@earshot/core";

/** What says nothing: servers that forget to name their events call them so. */
const VAGUE_TYPE = /^(?:text\/plain|application\/octet-stream|)$/u;
const EVENTS_START = /^\s*(?::|(?:event|id|retry):|data: ?[{[])/u;
/** A field's name and its colon. */
const FIRST_CHARACTERS = 8;
const FIRST_BYTES = 4096;

type Body = HttpResponse["body"];

/** The pieces that were read already, then the rest. */
const putBack = (pieces: Uint8Array[], iterator: AsyncIterator<Uint8Array>): Body => ({
  [Symbol.asyncIterator]: () => ({
    next: () => {
      const value = pieces.shift();
      return value === undefined ? iterator.next() : Promise.resolve({ done: false, value });
    },
    return: async () => {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  }),
});

/**
 * Whether an answer is an event stream, by its type or, where that says nothing, by its first
 * characters; the body is to be read in place of the answer's. Rejects with what the transport rejects with.
 */
export async function recogniseEvents(
  response: HttpResponse,
): Promise<{ readonly isEvents: boolean; readonly body: Body }> {
  const type = (response.header("content-type") ?? "").toLowerCase();
  if (type.includes("text/event-stream")) return { isEvents: true, body: response.body };
  if (!VAGUE_TYPE.test((type.split(";")[0] ?? "").trim()))
    return { isEvents: false, body: response.body };
  const iterator = response.body[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  const pieces: Uint8Array[] = [];
  let start = "";
  for (let sizeBytes = 0; sizeBytes < FIRST_BYTES && start.trimStart().length < FIRST_CHARACTERS;) {
    const next = await iterator.next();
    if (next.done === true) break;
    pieces.push(next.value);
    sizeBytes += next.value.byteLength;
    start += decoder.decode(next.value, { stream: true });
  }
  return { isEvents: EVENTS_START.test(start), body: putBack(pieces, iterator) };
}

import { TranscriptionError } from "@earshot/core";
import type { Transcript } from "@earshot/core";
import { holdsSecret } from "./call-secrets.ts";
import { isGarbled } from "./plausible-text.ts";

/** More than a day of fast speech; rendering a longer text costs more than it can be worth. */
const MAXIMUM_TEXT_CHARACTERS = 2 * 1024 * 1024;
/** A day of fast speech, each character a word as in Chinese. */
const MAXIMUM_SPANS = 400_000;

const DOCUMENT = /^\s{0,100}<(?:!doctype\s|html[\s>]|\?xml\s)/iu;

/** Who answered, and what must not be in the answer. */
export interface AnswerSource {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  /** The body as it came; by default only the text is searched for secrets. */
  readonly body?: string;
  readonly secrets?: readonly string[];
}

const bad = (provider: string, problem: string): TranscriptionError =>
  new TranscriptionError("bad_response", `${provider} answered with ${problem}.`, { provider });

/**
 * What a provider made of an answer, when it is plausible as a transcript. Throws `bad_response` when
 * its text is a page, binary or longer than any recording's, when it repeats a secret of the call, and for
 * whatever the reader could not cope with: an answer that crashes its reader was not understood.
 */
export function readAnswer(source: AnswerSource, read: () => Transcript): Transcript {
  const { provider, body, secrets = [] } = source;
  let transcript: Transcript;
  try {
    transcript = read();
  } catch (error) {
    if (TranscriptionError.is(error)) throw error;
    throw bad(provider, "something that could not be read as a transcript");
  }
  const { text, segments = [], words = [] } = transcript;
  if (holdsSecret(body ?? text, secrets)) throw bad(provider, "the key that it was called with");
  // JSON may hold any words, but no document.
  if (DOCUMENT.test(text)) throw bad(provider, "a web page in place of a text");
  if (isGarbled(text)) throw bad(provider, "binary data in place of a text");
  if (text.length > MAXIMUM_TEXT_CHARACTERS)
    throw bad(provider, `a text of ${text.length} characters, which no recording has`);
  if (Math.max(segments.length, words.length) > MAXIMUM_SPANS)
    throw bad(provider, `more than ${MAXIMUM_SPANS} words or segments`);
  return transcript;
}

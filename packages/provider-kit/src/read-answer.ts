import { TranscriptionError } from "@earshot/core";
import type { LongWork, Segment, Transcript, Word } from "@earshot/core";
import { holdsSecret } from "./call-secrets.ts";
import { isGarbled } from "./plausible-text.ts";

/** More than a day of fast speech: a longer text is refused, whatever it is made of. */
export const LONGEST_TEXT_CHARACTERS: number = 2 * 1024 * 1024;
/** A day of fast speech, each character a word as in Chinese. */
const MAXIMUM_SPANS = 400_000;

/** Half an hour of speech with a time for each word, a day without. */
const SHORT_CHARACTERS = 128 * 1024;

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

const charactersOf = (spans: readonly (Segment | Word)[]): number =>
  spans.reduce((sum, { text }) => sum + text.length, 0);

const toReadError = (error: unknown, { provider }: AnswerSource): TranscriptionError =>
  TranscriptionError.is(error)
    ? error
    : bad(provider, "something that could not be read as a transcript");

const judged = (transcript: Transcript, source: AnswerSource): Transcript => {
  const { provider, body, secrets = [] } = source;
  const { text, segments = [], words = [] } = transcript;
  if (holdsSecret(body ?? text, secrets)) throw bad(provider, "the key that it was called with");
  // JSON may hold any words, but no document.
  if (DOCUMENT.test(text)) throw bad(provider, "a web page in place of a text");
  if (Math.max(segments.length, words.length) > MAXIMUM_SPANS)
    throw bad(provider, `more than ${MAXIMUM_SPANS} words or segments`);
  const characters = Math.max(text.length, charactersOf(segments), charactersOf(words));
  if (characters > LONGEST_TEXT_CHARACTERS)
    throw bad(provider, `a text of ${characters} characters, which no recording has`);
  if (isGarbled(text)) throw bad(provider, "binary data in place of a text");
  return transcript;
};

/** Whether an answer is so long that to read it should give way to others. */
export const isLongBody = (body: string): boolean => body.length > SHORT_CHARACTERS;

/** As `readAnswer`, as long work. */
export function* readAnswerWork(
  source: AnswerSource,
  read: () => LongWork<Transcript>,
): LongWork<Transcript> {
  let transcript: Transcript;
  try {
    transcript = yield* read();
  } catch (error) {
    throw toReadError(error, source);
  }
  yield;
  return judged(transcript, source);
}

/**
 * What a provider made of an answer, when it is plausible as a transcript. Throws `bad_response` when
 * its text is a page, binary or longer than any recording's, when it repeats a secret of the call, and for
 * whatever the reader could not cope with: an answer that crashes its reader was not understood.
 */
export function readAnswer(source: AnswerSource, read: () => Transcript): Transcript {
  try {
    return judged(read(), source);
  } catch (error) {
    throw toReadError(error, source);
  }
}

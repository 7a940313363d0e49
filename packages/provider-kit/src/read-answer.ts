import { doAtOnce, doInTurns, isPause, TranscriptionError } from "@earshot/core";
import type { LongWork, Segment, Transcript, Word } from "@earshot/core";
import { holdsSecretWork, unspeakableIn } from "./call-secrets.ts";
import { isDocument, isGarbled } from "./plausible-text.ts";

/** More than a day of fast speech: a longer text is refused, whatever it is made of. */
export const LONGEST_TEXT_CHARACTERS: number = 2 * 1024 * 1024;
/** A day of fast speech, each character a word as in Chinese. */
const MAXIMUM_SPANS = 400_000;

/** Half an hour of speech with a time for each word, a day without. */
const SHORT_CHARACTERS = 128 * 1024;

/** Who answered, and what must not be in the answer. */
export interface AnswerSource {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  /** The body as it came, searched for secrets too; by default only what was made of it is. */
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

/** Single words too: pieces of them may have been joined. */
function* isAmong(
  spans: readonly (Segment | Word)[],
  secrets: readonly string[],
): LongWork<boolean> {
  const spellings = unspeakableIn(secrets);
  const shortest = Math.min(...spellings.map(({ length }) => length));
  const isSecret = (value = ""): boolean =>
    value.length >= shortest && spellings.some((spelling) => value.includes(spelling));
  for (let index = 0; index < spans.length; index += 1) {
    if (isPause(index)) yield;
    const span = spans[index];
    if (isSecret(span?.text) || isSecret(span?.speaker)) return true;
  }
  return false;
}

function* isRepeatedIn(
  { text, segments = [], words = [] }: Transcript,
  { body = "", secrets = [] }: AnswerSource,
): LongWork<boolean> {
  for (const whole of [body, text]) if (yield* holdsSecretWork(whole, secrets)) return true;
  for (const spans of [segments, words]) if (yield* isAmong(spans, secrets)) return true;
  return false;
}

function* judge(transcript: Transcript, source: AnswerSource): LongWork<Transcript> {
  const { provider } = source;
  const { text, segments = [], words = [] } = transcript;
  // JSON may hold any words, but no document and no bytes.
  if (isDocument(text)) throw bad(provider, "a web page in place of a text");
  if (isGarbled(text)) throw bad(provider, "binary data in place of a text");
  if (Math.max(segments.length, words.length) > MAXIMUM_SPANS)
    throw bad(provider, `more than ${MAXIMUM_SPANS} words or segments`);
  const characters = Math.max(text.length, charactersOf(segments), charactersOf(words));
  if (characters > LONGEST_TEXT_CHARACTERS)
    throw bad(provider, `a text of ${characters} characters, which no recording has`);
  if (yield* isRepeatedIn(transcript, source))
    throw bad(provider, "the key that it was called with");
  return transcript;
}

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
  return yield* judge(transcript, source);
}

/**
 * What a provider made of an answer, when it is plausible as a transcript. Throws `bad_response` when
 * its text is a page, binary or longer than any recording's, when it repeats a secret of the call, and for
 * whatever the reader could not cope with: an answer that crashes its reader was not understood.
 */
export function readAnswer(source: AnswerSource, read: () => Transcript): Transcript {
  try {
    return doAtOnce(judge(read(), source));
  } catch (error) {
    throw toReadError(error, source);
  }
}

/** The result of the work: at once where there is little of it, otherwise in turns with others. */
export async function finishReading<Result>(
  work: LongWork<Result>,
  isLong: boolean,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return isLong ? doInTurns(work, signal) : doAtOnce(work);
}

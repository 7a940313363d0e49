import { collectWork, isPause, sortWork } from "@earshot/core";
import type { LongWork, Segment, Word } from "@earshot/core";
import { asArray, asNumber, asRecord, asSeconds, asString } from "@earshot/provider-kit";

/** A JSON object of a server's answer. */
export type AnswerFields = Record<string, unknown>;

/** Start and end in seconds, the end never before the start. */
interface Times {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** No recording is eleven days long: larger numbers are nanoseconds, as old LocalAI versions write. */
const NANOSECONDS_FROM = 1_000_000;

const toSeconds = (value: unknown): number | undefined => {
  const number = asNumber(value);
  if (number === undefined) return undefined;
  // Some servers start a moment before zero.
  return asSeconds(Math.max(0, number >= NANOSECONDS_FROM ? number / 1e9 : number));
};

/** The times of a segment or word; undefined when either one is missing or no recording has it. */
const timesOf = (fields: AnswerFields): Times | undefined => {
  const startSeconds = toSeconds(fields["start"]);
  const endSeconds = toSeconds(fields["end"]);
  if (startSeconds === undefined || endSeconds === undefined) return undefined;
  return { startSeconds, endSeconds: Math.max(startSeconds, endSeconds) };
};

/** Sorts by start. */
const byStart = (one: Times, other: Times): number => one.startSeconds - other.startSeconds;

/** The speaker of a segment or word, under the names that servers use. */
const speakerOf = (fields: AnswerFields): string | undefined => {
  const value = fields["speaker"] ?? fields["speaker_id"];
  const speaker = typeof value === "number" ? String(value) : asString(value)?.trim();
  // whisper.cpp writes "?" where it cannot decide between two channels.
  return speaker === "" || speaker === "?" ? undefined : speaker;
};

/** How sure the server is, 0 to 1, under the names that servers use. */
const confidenceOf = (fields: AnswerFields): number | undefined => {
  const confidence = asNumber(fields["probability"] ?? fields["confidence"]);
  return confidence === undefined || confidence < 0 || confidence > 1 ? undefined : confidence;
};

/** Whisper gives a segment at most 448. */
const MOST_TOKENS = 2000;

const tokensOf = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) && value.length <= MOST_TOKENS
    ? asArray(value).flatMap((id) => asNumber(id) ?? [])
    : undefined;

/** One segment; undefined when it lacks its text or its times. */
export function toSegment(value: unknown): Segment | undefined {
  const fields = asRecord(value);
  if (fields === undefined) return undefined;
  const text = asString(fields["text"])?.trim();
  const times = timesOf(fields);
  if (text === undefined || times === undefined) return undefined;
  return {
    text,
    ...times,
    speaker: speakerOf(fields),
    confidence: confidenceOf(fields),
    seek: asNumber(fields["seek"]),
    tokens: tokensOf(fields["tokens"]),
    temperature: asNumber(fields["temperature"]),
    averageLogprob: asNumber(fields["avg_logprob"]),
    compressionRatio: asNumber(fields["compression_ratio"]),
    noSpeechProbability: asNumber(fields["no_speech_prob"]),
  };
}

/** Segments in the order of their starts; undefined when there is no list of them with times. */
export function* toSegments(value: unknown): LongWork<readonly Segment[] | undefined> {
  if (!Array.isArray(value)) return undefined;
  const segments = yield* collectWork(asArray(value), toSegment);
  return segments.length === 0 && value.length > 0 ? undefined : yield* sortWork(segments, byStart);
}

/** A word as it came, with the space in front that tells a whole word from the rest of one. */
interface RawWord extends Times {
  readonly raw: string;
  readonly fields: AnswerFields;
}

const toRawWord = (value: unknown): RawWord | undefined => {
  const fields = asRecord(value);
  if (fields === undefined) return undefined;
  // LocalAI calls it `text`, everybody else `word`.
  const raw = asString(fields["word"]) ?? asString(fields["text"]);
  const times = timesOf(fields);
  if (raw === undefined || times === undefined) return undefined;
  return { raw, fields, startSeconds: times.startSeconds, endSeconds: times.endSeconds };
};

function* toRawWords(value: unknown): LongWork<readonly RawWord[] | undefined> {
  return Array.isArray(value) ? yield* collectWork(asArray(value), toRawWord) : undefined;
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const continues = ({ raw }: RawWord): boolean => !/^\s/u.test(raw) && !UNSPACED.test(raw);

const joinPieces = (one: RawWord, piece: RawWord): RawWord => {
  const confidences = [one, piece].flatMap(({ fields }) => confidenceOf(fields) ?? []);
  return {
    raw: one.raw + piece.raw,
    startSeconds: one.startSeconds,
    endSeconds: Math.max(one.endSeconds, piece.endSeconds),
    // A word is as sure as its least sure piece.
    fields:
      confidences.length === 0
        ? one.fields
        : { ...one.fields, probability: Math.min(...confidences) },
  };
};

const isTokenList = (pieces: readonly RawWord[]): boolean =>
  pieces.some(({ raw }) => /^\s/u.test(raw)) && pieces.some(({ raw }) => !/^\s/u.test(raw));

/** whisper.cpp lists tokens as words: those without a space in front belong to the one before. */
function* joinTokens(pieces: readonly RawWord[]): LongWork<readonly RawWord[]> {
  if (!isTokenList(pieces)) return pieces;
  const words: RawWord[] = [];
  for (let index = 0; index < pieces.length; index += 1) {
    if (isPause(index)) yield;
    const piece = pieces[index];
    if (piece === undefined) continue;
    const last = words.at(-1);
    if (last !== undefined && continues(piece)) words[words.length - 1] = joinPieces(last, piece);
    else words.push(piece);
  }
  return words;
}

function* wordsInSegments(segments: unknown): LongWork<readonly RawWord[] | undefined> {
  const found: RawWord[] = [];
  let areListed = false;
  const list = asArray(segments);
  for (let index = 0; index < list.length; index += 1) {
    if (isPause(index)) yield;
    const words = yield* toRawWords(asRecord(list[index])?.["words"]);
    if (words === undefined) continue;
    areListed = true;
    for (const word of yield* joinTokens(words)) found.push(word);
  }
  return areListed ? found : undefined;
}

/** Whisper times words one by one: some start a moment before the word that they follow. */
const OVERLAP_SECONDS = 1;

/** The order of the list is that of the text, so that a word cannot start before the one in front. */
function* inTextOrder(words: readonly RawWord[]): LongWork<readonly Word[]> {
  const ordered: Word[] = [];
  let previousSeconds = 0;
  for (const [index, { raw, fields, ...times }] of words.entries()) {
    if (isPause(index)) yield;
    const isLate = times.startSeconds < previousSeconds - OVERLAP_SECONDS;
    const startSeconds = isLate
      ? times.startSeconds
      : Math.max(times.startSeconds, previousSeconds);
    previousSeconds = startSeconds;
    const endSeconds = Math.max(startSeconds, times.endSeconds);
    const text = raw.trim();
    if (text !== "")
      ordered.push({
        text,
        startSeconds,
        endSeconds,
        speaker: speakerOf(fields),
        confidence: confidenceOf(fields),
      });
  }
  return ordered;
}

/**
 * Words in the order of their starts, from the top of the answer or from inside its segments;
 * undefined when it holds none with times.
 */
export function* toWords(answer: AnswerFields): LongWork<readonly Word[] | undefined> {
  const top = yield* toRawWords(answer["words"]);
  const found =
    top === undefined || top.length === 0 ? yield* wordsInSegments(answer["segments"]) : top;
  const listed = found ?? top;
  if (listed === undefined) return undefined;
  const words = yield* inTextOrder(listed);
  const silent = asString(answer["text"])?.trim() === "";
  return words.length === 0 && !silent ? undefined : yield* sortWork(words, byStart);
}

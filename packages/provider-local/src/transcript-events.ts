import type { Transcript, TranscriptEvent, Warning, Word } from "@earshot/core";
import type { AudioChunk } from "./chunk/cut-at-pauses.ts";
import type { Piece } from "./chunk/transcribe-chunk.ts";
import { joinerOf } from "./chunk/word-times.ts";
import { SAMPLE_RATE } from "./engine/speech-engine.ts";
import { mapInOrder } from "./work-ahead.ts";

/** What a transcript is put together from. */
export interface TranscriptSource {
  readonly chunks: AsyncIterable<AudioChunk>;
  readonly transcribe: (chunk: AudioChunk) => Promise<readonly Piece[]>;
  readonly hasSpare: () => boolean;
  /** Resolves when the turn of the latest chunk has come; by default at once. */
  readonly untilStarted?: () => Promise<void>;
  /** The language of the text where it is known beforehand. */
  readonly language: string | undefined;
  readonly warnings: readonly Warning[];
}

/** Computing leaves crumbs behind the third digit, which mean nothing. */
const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

const atSeconds = <T extends { readonly startSeconds: number; readonly endSeconds: number }>(
  item: T,
  offset: number,
): T => ({
  ...item,
  startSeconds: toMilliseconds(item.startSeconds + offset),
  endSeconds: toMilliseconds(item.endSeconds + offset),
});

const placeInAudio = (piece: Piece, offset: number): Piece => ({
  ...atSeconds(piece, offset),
  words: piece.words.map((word: Word) => atSeconds(word, offset)),
});

const languagesOf = (pieces: readonly Piece[]): readonly string[] => {
  const lengths = new Map<string, number>();
  for (const { language, text } of pieces) {
    if (language !== undefined) lengths.set(language, (lengths.get(language) ?? 0) + text.length);
  }
  return [...lengths].toSorted(([, one], [, other]) => other - one).map(([language]) => language);
};

const toTranscript = (
  pieces: readonly Piece[],
  source: TranscriptSource,
  heard: { readonly text: string; readonly durationSeconds: number },
): Transcript => {
  const detected = languagesOf(pieces);
  const isDetected = source.language === undefined && detected.length > 0;
  return {
    ...heard,
    language: source.language ?? detected[0],
    languages: isDetected ? detected : undefined,
    segments: pieces.map(({ text, startSeconds, endSeconds }) => ({
      text,
      startSeconds,
      endSeconds,
    })),
    words: pieces.flatMap((piece) => piece.words),
    wordTimesEstimated: pieces.some((piece) => piece.wordTimesEstimated) || undefined,
    warnings: source.warnings,
  };
};

/** Yields one delta for each chunk that holds text, then the whole transcript. */
export async function* transcriptEvents(
  source: TranscriptSource,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  let durationSeconds = 0;
  const work = async (chunk: AudioChunk): Promise<readonly Piece[]> => {
    const offset = chunk.start / SAMPLE_RATE;
    durationSeconds = toMilliseconds((chunk.start + chunk.samples.length) / SAMPLE_RATE);
    return (await source.transcribe(chunk)).map((piece) => placeInAudio(piece, offset));
  };
  const all: Piece[] = [];
  let text = "";
  for await (const pieces of mapInOrder(source.chunks, { ...source, work })) {
    const before = text;
    for (const piece of pieces) {
      text += joinerOf(text, piece.text) + piece.text;
      all.push(piece);
    }
    if (text !== before) yield { type: "delta", text: text.slice(before.length) };
  }
  yield { type: "done", transcript: toTranscript(all, source, { text, durationSeconds }) };
}

import { toIsoLanguage } from "@earshot/core";
import type { Word } from "@earshot/core";
import { SAMPLE_RATE } from "../engine/speech-engine.ts";
import type { Decoded, SpeechEngine, SpeechSpan } from "../engine/speech-engine.ts";
import type { DecodeOptions } from "../model-families.ts";
import { FRAME_SAMPLES, voicedFrames } from "./voiced-frames.ts";
import { estimateWords, tokenWords, wordsOf } from "./word-times.ts";

/** One stretch of speech with its text; times in seconds from the start of the chunk. */
export interface Piece {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly words: readonly Word[];
  /** True when the word times were computed from the text. */
  readonly wordTimesEstimated: boolean;
  /** ISO code; undefined when the model does not tell. */
  readonly language: string | undefined;
}

export interface ChunkOptions extends DecodeOptions {
  /** Decode only chunks in which the detector hears speech. */
  readonly needsSpeech: boolean;
}

/** No word is that short, and models fail on less than one of their own steps. */
const SHORTEST_SAMPLES = 0.1 * SAMPLE_RATE;

/** Nobody speaks slower than this, so less text than this was lost on the way. */
const FEWEST_WORDS_PER_SECOND = 0.5;

const isSparse = (text: string, seconds: number): boolean =>
  wordsOf(text).length < seconds * FEWEST_WORDS_PER_SECOND;

const shifted = (words: readonly Word[], seconds: number): readonly Word[] =>
  words.map((word) => ({
    ...word,
    startSeconds: word.startSeconds + seconds,
    endSeconds: word.endSeconds + seconds,
  }));

const languageOf = (name: string): string | undefined => {
  const plain = name.replaceAll(/[<|>]/gu, "");
  return plain === "" ? undefined : toIsoLanguage(plain);
};

interface DecodedSpan extends SpeechSpan {
  readonly decoded: Decoded;
  /** Where the speech is; undefined: wherever the audio is loud. */
  readonly speech: SpeechSpan | undefined;
}

const toPiece = (chunk: Float32Array, { decoded, speech, start, end }: DecodedSpan): Piece => {
  const within = speech ?? { start, end };
  const voiced = voicedFrames(chunk.subarray(within.start, within.end));
  const loud: SpeechSpan = {
    start: within.start + (voiced[0] ?? 0) * FRAME_SAMPLES,
    end: within.start + ((voiced.at(-1) ?? 0) + 1) * FRAME_SAMPLES,
  };
  const spoken = speech ?? loud;
  const measured = tokenWords(decoded, (end - start) / SAMPLE_RATE);
  const words =
    measured === undefined
      ? shifted(estimateWords(decoded.text, voiced), within.start / SAMPLE_RATE)
      : shifted(measured, start / SAMPLE_RATE);
  return {
    text: decoded.text,
    startSeconds: spoken.start / SAMPLE_RATE,
    endSeconds: spoken.end / SAMPLE_RATE,
    words,
    wordTimesEstimated: measured === undefined,
    language: languageOf(decoded.language),
  };
};

const LONGEST_GAP = 1 * SAMPLE_RATE;
const LONGEST_STRETCH = 20 * SAMPLE_RATE;

/** Joins the detector's spans across gaps of under a second, up to 20 s. */
const speechStretches = (spans: readonly SpeechSpan[]): readonly SpeechSpan[] =>
  spans.reduce<SpeechSpan[]>((stretches, span) => {
    const last = stretches.at(-1);
    const close = last !== undefined && span.start - last.end < LONGEST_GAP;
    if (close && span.end - last.start < LONGEST_STRETCH) {
      stretches[stretches.length - 1] = { start: last.start, end: span.end };
    } else {
      stretches.push(span);
    }
    return stretches;
  }, []);

/**
 * Seconds around a stretch, tried in turn until there is text. The detector comes late, so a phrase
 * needs some room before it; silence after it makes the model go silent.
 */
const MARGINS = [
  { before: 0.3, after: 0.1 },
  { before: 0.2, after: 0 },
];

/** The stretch with each of the margins, which never reach into its neighbours. */
const clipsAround = (
  stretches: readonly SpeechSpan[],
  index: number,
  length: number,
): readonly SpeechSpan[] => {
  const { start, end } = stretches[index] ?? { start: 0, end: length };
  const previous = stretches[index - 1];
  const next = stretches[index + 1];
  const earliest = previous === undefined ? 0 : Math.ceil((previous.end + start) / 2);
  const latest = next === undefined ? length : Math.ceil((end + next.start) / 2);
  return MARGINS.map(({ before, after }) => ({
    start: Math.max(earliest, start - before * SAMPLE_RATE),
    end: Math.min(latest, end + after * SAMPLE_RATE),
  }));
};

const decodeStretches = (
  samples: Float32Array,
  spans: readonly SpeechSpan[],
  decode: (samples: Float32Array) => Decoded,
): readonly DecodedSpan[] => {
  const stretches = speechStretches(spans);
  return stretches.flatMap((speech, index) => {
    for (const clip of clipsAround(stretches, index, samples.length)) {
      // The engine wants memory of its own, not a view.
      const decoded = decode(samples.slice(clip.start, clip.end));
      if (decoded.text !== "") return [{ ...clip, speech, decoded }];
    }
    return [];
  });
};

const textLength = (spans: readonly DecodedSpan[]): number =>
  spans.reduce((sum, { decoded }) => sum + decoded.text.length, 0);

const secondsOf = (spans: readonly SpeechSpan[]): number =>
  spans.reduce((sum, { start, end }) => sum + end - start, 0) / SAMPLE_RATE;

/** The chunk as a whole, or stretch by stretch where that gives more. */
const decodeChunk = (
  samples: Float32Array,
  decode: (samples: Float32Array) => Decoded,
  findSpeech: () => readonly SpeechSpan[],
): readonly DecodedSpan[] => {
  const decoded = decode(samples);
  const whole: DecodedSpan = { start: 0, end: samples.length, speech: undefined, decoded };
  const kept = decoded.text === "" ? [] : [whole];
  // Enough text for every second is enough for the seconds with speech, so nothing need be heard.
  if (!isSparse(decoded.text, samples.length / SAMPLE_RATE)) return kept;
  const spans = findSpeech();
  if (!isSparse(decoded.text, secondsOf(spans))) return kept;
  const again = decodeStretches(samples, spans, decode);
  return textLength(again) > textLength(kept) ? again : kept;
};

/**
 * Transcribes one chunk of at most 24 s. A chunk that gives too little text for the speech in it
 * (the model goes silent over long pauses) is decoded again, stretch of speech by stretch.
 */
export function transcribeChunk(
  engine: SpeechEngine,
  samples: Float32Array,
  options: ChunkOptions,
): readonly Piece[] {
  if (samples.length < SHORTEST_SAMPLES) return [];
  const heard = options.needsSpeech ? engine.findSpeech?.(samples) : undefined;
  if (heard?.length === 0) return [];
  const spans = decodeChunk(
    samples,
    (part) => engine.decode(part, options),
    () => heard ?? engine.findSpeech?.(samples) ?? [],
  );
  return spans.map((span) => toPiece(samples, span));
}

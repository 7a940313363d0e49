import type { ResponseFormat } from "./transcription-request.ts";

/** One word with its times in seconds. */
export interface Word {
  /** The word as it reads in the text, punctuation included, no surrounding space. */
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string;
  /** 0 to 1. */
  readonly confidence?: number;
}

/** A stretch of speech with its times in seconds; the last five fields are Whisper's own. */
export interface Segment {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string;
  /** 0 to 1. */
  readonly confidence?: number;
  readonly seek?: number;
  readonly tokens?: readonly number[];
  readonly temperature?: number;
  readonly averageLogprob?: number;
  readonly compressionRatio?: number;
  readonly noSpeechProbability?: number;
}

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[];
}

/** What the provider says it will bill. */
export type Usage =
  | { readonly type: "duration"; readonly seconds: number }
  | {
      readonly type: "tokens";
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly totalTokens: number;
      readonly inputTextTokens?: number;
      readonly inputAudioTokens?: number;
    };

/** Something that was asked for and left out or replaced; one sentence for the user. */
export interface Warning {
  /** The field as the client sends it, such as `temperature`. */
  readonly param: string;
  readonly message: string;
}

/** The provider's own body, when it already is exactly what the client asked for. */
export interface VerbatimBody {
  readonly format: ResponseFormat;
  /** UTF-8 text of the body; JSON formats hold JSON text. */
  readonly body: string;
}

/** The normalised result of one transcription. Seconds everywhere; undefined where unknown. */
export interface Transcript {
  /** Empty for silence. */
  readonly text: string;
  /** ISO 639-1 where one exists, otherwise ISO 639-3; never a language name. */
  readonly language?: string;
  /** All languages that were detected, most likely first. */
  readonly languages?: readonly string[];
  readonly durationSeconds?: number;
  readonly segments?: readonly Segment[];
  readonly words?: readonly Word[];
  /** True when the word times were computed, not measured by the model. */
  readonly wordTimesEstimated?: boolean;
  readonly logprobs?: readonly TokenLogprob[];
  readonly usage?: Usage;
  readonly warnings: readonly Warning[];
  /** The provider's own id of the request, for its support desk. */
  readonly requestId?: string;
  /** The provider's parsed answer, as it came. */
  readonly raw?: unknown;
  readonly verbatim?: VerbatimBody;
}

/** What a streaming provider yields: deltas in order, then exactly one `done`, which is the last. */
export type TranscriptEvent =
  | {
      readonly type: "delta";
      readonly text: string;
      readonly logprobs?: readonly TokenLogprob[];
      readonly segmentId?: string;
    }
  | { readonly type: "segment"; readonly id: string; readonly segment: Segment }
  | { readonly type: "done"; readonly transcript: Transcript };

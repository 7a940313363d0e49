import type { ResponseFormat } from "./transcription-request.ts";

/** One word with its times in seconds. */
export interface Word {
  /** The word as it reads in the text, punctuation included, no surrounding space. */
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string | undefined;
  /** 0 to 1. */
  readonly confidence?: number | undefined;
}

/** A stretch of speech with its times in seconds; the last five fields are Whisper's own. */
export interface Segment {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string | undefined;
  /** 0 to 1. */
  readonly confidence?: number | undefined;
  readonly seek?: number | undefined;
  readonly tokens?: readonly number[] | undefined;
  readonly temperature?: number | undefined;
  readonly averageLogprob?: number | undefined;
  readonly compressionRatio?: number | undefined;
  readonly noSpeechProbability?: number | undefined;
}

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | undefined;
}

/** What the provider says it will bill. */
export type Usage =
  | { readonly type: "duration"; readonly seconds: number }
  | {
      readonly type: "tokens";
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly totalTokens: number;
      readonly inputTextTokens?: number | undefined;
      readonly inputAudioTokens?: number | undefined;
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
  readonly language?: string | undefined;
  /** All languages that were detected, most likely first. */
  readonly languages?: readonly string[] | undefined;
  readonly durationSeconds?: number | undefined;
  readonly segments?: readonly Segment[] | undefined;
  readonly words?: readonly Word[] | undefined;
  /** True when the word times were computed, not measured by the model. */
  readonly wordTimesEstimated?: boolean | undefined;
  readonly logprobs?: readonly TokenLogprob[] | undefined;
  readonly usage?: Usage | undefined;
  readonly warnings: readonly Warning[];
  /** The provider's own id of the request, for its support desk. */
  readonly requestId?: string | undefined;
  /** The provider's parsed answer, as it came. */
  readonly raw?: unknown;
  readonly verbatim?: VerbatimBody | undefined;
}

/** What a streaming provider yields: deltas in order, then exactly one `done`, which is the last. */
export type TranscriptEvent =
  | {
      readonly type: "delta";
      readonly text: string;
      readonly logprobs?: readonly TokenLogprob[] | undefined;
      readonly segmentId?: string | undefined;
    }
  | { readonly type: "segment"; readonly id: string; readonly segment: Segment }
  | { readonly type: "done"; readonly transcript: Transcript };

import type { AudioSource } from "./audio-source.ts";
import type { OptionValue } from "./option-spec.ts";

/** The six answer formats of OpenAI's audio API. */
export const RESPONSE_FORMATS = [
  "json",
  "text",
  "srt",
  "vtt",
  "verbose_json",
  "diarized_json",
] as const;

export type ResponseFormat = (typeof RESPONSE_FORMATS)[number];
export type TimestampGranularity = "word" | "segment";
/** `translate` turns speech of any language into English text. */
export type Task = "transcribe" | "translate";

/** OpenAI's `chunking_strategy` object; milliseconds, threshold from 0 to 1. */
export interface ServerVad {
  readonly type: "server_vad";
  readonly prefix_padding_ms?: number;
  readonly silence_duration_ms?: number;
  readonly threshold?: number;
}

export interface KnownSpeaker {
  readonly name: string;
  /** A `data:` URL of 2 to 10 seconds of that speaker's voice. */
  readonly reference: string;
}

/** One request as one provider receives it: checked, complete, every list present. */
export interface TranscriptionRequest {
  readonly audio: AudioSource;
  /** The provider's own name for the model, such as `nova-3`. */
  readonly model: string;
  readonly task: Task;
  /** Language hints as the client sent them (ISO 639-1 or BCP 47); empty means: detect. */
  readonly languages: readonly string[];
  readonly prompt: string | undefined;
  /** Names and terms to listen for, one line each. */
  readonly keywords: readonly string[];
  /** 0 to 1; undefined means the provider's default. */
  readonly temperature: number | undefined;
  /** The format that the client gets in the end; the provider may be asked for another. */
  readonly responseFormat: ResponseFormat;
  /** Empty means that the client did not say. */
  readonly timestampGranularities: readonly TimestampGranularity[];
  readonly include: readonly "logprobs"[];
  readonly stream: boolean;
  readonly chunkingStrategy: "auto" | ServerVad | undefined;
  readonly knownSpeakers: readonly KnownSpeaker[];
  /** True when speakers are wanted, by `diarized_json` or by a `diarize` field. */
  readonly diarize: boolean;
  /** Options of this provider alone, already checked against its `options` table. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** What the transcript must hold for the client's format to be rendered. */
export interface Needs {
  /** Segments with times: srt, vtt, verbose_json unless only words were asked for, diarized_json. */
  readonly segments: boolean;
  /** Words with times: `timestamp_granularities[]=word`. */
  readonly words: boolean;
  /** Speaker names: diarized_json or `diarize`. */
  readonly speakers: boolean;
}

type NeedsInput = Pick<
  TranscriptionRequest,
  "responseFormat" | "timestampGranularities" | "diarize"
>;

/** Derives what a transcript must hold from the format and granularities that the client asked for. */
export function needsOf(request: NeedsInput): Needs {
  const { responseFormat: format, timestampGranularities: granularities } = request;
  const verboseSegments =
    format === "verbose_json" && (granularities.length === 0 || granularities.includes("segment"));
  return {
    segments: format === "srt" || format === "vtt" || format === "diarized_json" || verboseSegments,
    words: granularities.includes("word"),
    speakers: request.diarize || format === "diarized_json",
  };
}

import type { AudioSource } from "./audio-source.ts";
import type { JsonValue } from "./option-spec.ts";
import type {
  KnownSpeaker,
  ResponseFormat,
  ServerVad,
  Task,
  TimestampGranularity,
} from "./transcription-request.ts";

/** A value of a field that only some providers know: form fields are text, SDK values are typed. */
export type ExtraValue = JsonValue | undefined;

/** What a caller of the gateway may ask for; every field but `model` and `audio` has a default. */
export interface GatewayRequest {
  /** A model group of the config, one of its aliases, or `provider/model` where a wildcard allows it. */
  readonly model: string;
  readonly audio: AudioSource;
  /** Default `transcribe`. */
  readonly task?: Task | undefined;
  /** OpenAI's `language`: ISO 639-1, BCP 47 or an English language name; not with `languages`. */
  readonly language?: string | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly prompt?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  /** 0 to 1. */
  readonly temperature?: number | undefined;
  /** Default `json`. */
  readonly responseFormat?: ResponseFormat | undefined;
  readonly timestampGranularities?: readonly TimestampGranularity[] | undefined;
  readonly include?: readonly "logprobs"[] | undefined;
  readonly chunkingStrategy?: "auto" | ServerVad | undefined;
  readonly knownSpeakers?: readonly KnownSpeaker[] | undefined;
  readonly diarize?: boolean | undefined;
  /** Options per provider kind, in the vendor's spelling: `{ deepgram: { smart_format: true } }`. */
  readonly providerOptions?:
    | Readonly<Record<string, Readonly<Record<string, JsonValue>>>>
    | undefined;
  /** Options for whichever provider answers, such as extra form fields. */
  readonly extra?: Readonly<Record<string, ExtraValue>> | undefined;
  /** Answer as well as possible, with warnings, where the provider cannot do all that was asked. */
  readonly dropParams?: boolean | undefined;
  /** Model groups to try after this one, in order. */
  readonly fallbacks?: readonly string[] | undefined;
  readonly disableFallbacks?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Milliseconds for everything together; can only shorten what the config allows. */
  readonly timeoutMs?: number | undefined;
  /** For each deployment; can only lower what the config allows. */
  readonly numRetries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Tells callers apart, so that none takes what others wait for: an opaque text, no key and no address. */
  readonly caller?: string | undefined;
}

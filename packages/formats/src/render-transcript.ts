import { TranscriptionError } from "@earshot/core";
import type {
  JsonObject,
  ResponseFormat,
  Task,
  TimestampGranularity,
  Transcript,
} from "@earshot/core";
import { closingFields, jsonFields } from "./answer-fields.ts";
import type { CueOptions } from "./cue.ts";
import { cuesOf } from "./cues-of.ts";
import { diarizedFields } from "./diarized-fields.ts";
import { toJsonText } from "./json-text.ts";
import { toSrt, toVtt } from "./subtitles.ts";
import { verboseFields } from "./verbose-fields.ts";

/** What the client asked for; a `TranscriptionRequest` is one of these. */
export interface RenderOptions {
  readonly responseFormat: ResponseFormat;
  /** Empty or absent means segments only, as OpenAI has it. */
  readonly timestampGranularities?: readonly TimestampGranularity[];
  /** Default `transcribe`. */
  readonly task?: Task;
  /** For srt and vtt. */
  readonly cues?: CueOptions;
}

/** An answer ready to be sent. */
export interface RenderedTranscript {
  /** `application/json`, or `text/plain; charset=utf-8` for text, srt and vtt as OpenAI has it. */
  readonly contentType: string;
  readonly body: string;
}

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";

const CONTENT_TYPES: Readonly<Record<ResponseFormat, string>> = {
  json: JSON_TYPE,
  verbose_json: JSON_TYPE,
  diarized_json: JSON_TYPE,
  text: TEXT_TYPE,
  srt: TEXT_TYPE,
  vtt: TEXT_TYPE,
};

/** The whole document; throws `unsupported_feature` when there is text without any times. */
export function renderSubtitles(
  transcript: Transcript,
  format: "srt" | "vtt",
  options: CueOptions = {},
): string {
  const cues = cuesOf(transcript, options);
  if (cues.length === 0 && transcript.text.trim() !== "")
    throw new TranscriptionError(
      "unsupported_feature",
      `The model gave no times, and ${format} cannot be made without. ` +
        "Ask for json or text, or choose a model with timestamps.",
      { param: "response_format" },
    );
  return format === "srt" ? toSrt(cues) : toVtt(cues);
}

const renderBody = (transcript: Transcript, options: RenderOptions): string => {
  const { responseFormat, task = "transcribe", timestampGranularities = [] } = options;
  const { text } = transcript;
  const closing = closingFields(transcript);
  switch (responseFormat) {
    case "json":
      return toJsonText({ text, ...jsonFields(transcript), ...closing });
    case "text":
      return `${text}\n`;
    case "srt":
    case "vtt":
      return renderSubtitles(transcript, responseFormat, options.cues);
    case "verbose_json": {
      const fields = verboseFields(transcript, task, timestampGranularities);
      return toJsonText({ task, text, ...fields, ...closing });
    }
    case "diarized_json":
      return toJsonText({ task: "transcribe", text, ...diarizedFields(transcript), ...closing });
  }
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parseObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The provider's own body where it is in the client's format; JSON ones take up our warnings. */
const verbatimBody = (transcript: Transcript, format: ResponseFormat): string | undefined => {
  const { verbatim, warnings } = transcript;
  if (verbatim?.format !== format) return undefined;
  if (CONTENT_TYPES[format] !== JSON_TYPE || warnings.length === 0) return verbatim.body;
  const value = parseObject(verbatim.body);
  return value && toJsonText({ ...value, ...closingFields({ text: "", warnings }) });
};

/**
 * The transcript in the client's format. The provider's own body (`verbatim`) passes untouched when
 * its format is the one asked for, but for `warnings`, which are added to JSON. Times that the
 * format needs must be there: see `completeTranscript`. Throws `unsupported_feature` for srt and vtt
 * of text without times.
 */
export function renderTranscript(
  transcript: Transcript,
  options: RenderOptions,
): RenderedTranscript {
  const { responseFormat } = options;
  return {
    contentType: CONTENT_TYPES[responseFormat],
    body: verbatimBody(transcript, responseFormat) ?? renderBody(transcript, options),
  };
}

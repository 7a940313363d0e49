import { doAtOnce, TranscriptionError } from "@earshot/core";
import type {
  JsonObject,
  LongWork,
  ResponseFormat,
  Task,
  TimestampGranularity,
  Transcript,
} from "@earshot/core";
import { closingFields, diarizedFields, jsonFields, verboseFields } from "./answer-fields.ts";
import type { CueOptions } from "./cue.ts";
import { cuesWork } from "./cues-of.ts";
import { jsonTextWork } from "./json-text.ts";
import { srtWork, vttWork } from "./subtitles.ts";

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
export function* renderSubtitles(
  transcript: Transcript,
  format: "srt" | "vtt",
  options: CueOptions = {},
): LongWork<string> {
  const cues = yield* cuesWork(transcript, options);
  if (cues.length === 0 && transcript.text.trim() !== "")
    throw new TranscriptionError(
      "unsupported_feature",
      `The model gave no times, and ${format} cannot be made without. ` +
        "Ask for json or text, or choose a model with timestamps.",
      { param: "response_format" },
    );
  return yield* format === "srt" ? srtWork(cues) : vttWork(cues);
}

function* renderBody(transcript: Transcript, options: RenderOptions): LongWork<string> {
  const { responseFormat, task = "transcribe", timestampGranularities = [] } = options;
  const { text } = transcript;
  const closing = closingFields(transcript);
  switch (responseFormat) {
    case "json":
      return yield* jsonTextWork({ text, ...(yield* jsonFields(transcript)), ...closing });
    case "text":
      return `${text}\n`;
    case "srt":
    case "vtt":
      return yield* renderSubtitles(transcript, responseFormat, options.cues);
    case "verbose_json": {
      const fields = yield* verboseFields(transcript, task, timestampGranularities);
      return yield* jsonTextWork({ task, text, ...fields, ...closing });
    }
    case "diarized_json": {
      const fields = yield* diarizedFields(transcript);
      return yield* jsonTextWork({ task: "transcribe", text, ...fields, ...closing });
    }
  }
}

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
function* verbatimBody(
  transcript: Transcript,
  format: ResponseFormat,
): LongWork<string | undefined> {
  const { verbatim, warnings } = transcript;
  if (verbatim?.format !== format) return undefined;
  if (CONTENT_TYPES[format] !== JSON_TYPE || warnings.length === 0) return verbatim.body;
  const value = parseObject(verbatim.body);
  if (value === undefined) return undefined;
  return yield* jsonTextWork({ ...value, ...closingFields({ text: "", warnings }) });
}

/** As `renderTranscript`, as long work. */
export function* renderingWork(
  transcript: Transcript,
  options: RenderOptions,
): LongWork<RenderedTranscript> {
  const { responseFormat } = options;
  const verbatim = yield* verbatimBody(transcript, responseFormat);
  return {
    contentType: CONTENT_TYPES[responseFormat],
    body: verbatim ?? (yield* renderBody(transcript, options)),
  };
}

/**
 * The transcript in the client's format. The provider's own body (`verbatim`) passes untouched when
 * its format is the one asked for, but for `warnings`, which are added to JSON. Times that the
 * format needs must be there: see `completeTranscript`. Throws `unsupported_feature` for srt and vtt
 * of text without times.
 */
export const renderTranscript = (
  transcript: Transcript,
  options: RenderOptions,
): RenderedTranscript => doAtOnce(renderingWork(transcript, options));

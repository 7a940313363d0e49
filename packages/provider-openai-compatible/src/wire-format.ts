import { needsOf } from "@earshot/core";
import type { Capabilities, Needs, ResponseFormat, TranscriptionRequest } from "@earshot/core";

/** Where to turn, nearest first, when the server does not answer in the client's own format. */
const ALTERNATIVES: Readonly<Record<ResponseFormat, readonly ResponseFormat[]>> = {
  json: ["verbose_json", "diarized_json", "text"],
  text: ["json", "verbose_json", "diarized_json"],
  srt: ["verbose_json", "diarized_json", "vtt", "json", "text"],
  vtt: ["verbose_json", "diarized_json", "srt", "json", "text"],
  verbose_json: ["diarized_json", "json", "text"],
  diarized_json: ["verbose_json", "json", "text"],
};

const NOTHING: Needs = { segments: false, words: false, speakers: false };

/** What an answer in each format holds beyond its text. */
const HOLDS: Readonly<Record<ResponseFormat, Needs>> = {
  json: NOTHING,
  text: NOTHING,
  srt: { ...NOTHING, segments: true },
  vtt: { ...NOTHING, segments: true },
  verbose_json: { segments: true, words: true, speakers: false },
  diarized_json: { segments: true, words: false, speakers: true },
};

/** Servers that tell speakers apart without OpenAI's own format for it mark them in verbose_json. */
const holdsOf = (format: ResponseFormat, formats: readonly ResponseFormat[]): Needs =>
  format === "verbose_json" && !formats.includes("diarized_json")
    ? { ...HOLDS.verbose_json, speakers: true }
    : HOLDS[format];

/** Verbose answers never stream; only these do. */
const STREAMED_FORMATS: ReadonlySet<ResponseFormat> = new Set(["json", "diarized_json", "text"]);

const attainable = (needs: Needs, capabilities: Capabilities): Needs => {
  const words = capabilities.wordTimestamps !== "none";
  return {
    // Segments are built from words where the model times nothing else.
    segments: needs.segments && (capabilities.segmentTimestamps || words),
    words: needs.words && words,
    speakers: needs.speakers && capabilities.diarization,
  };
};

const countMet = (holds: Needs, needs: Needs): number =>
  (["segments", "words", "speakers"] as const).filter((need) => needs[need] && holds[need]).length;

type FormatInput = Pick<
  TranscriptionRequest,
  "responseFormat" | "timestampGranularities" | "diarize" | "stream"
>;

/**
 * The format to ask the server for: the client's own unless another one that it answers in (by
 * default the native ones) holds more of what the client needs. The gateway renders the rest.
 */
export function wireFormatOf(
  request: FormatInput,
  capabilities: Capabilities,
  formats: readonly ResponseFormat[] = capabilities.nativeFormats,
): ResponseFormat {
  const { responseFormat: wanted, stream } = request;
  const needs = attainable(needsOf(request), capabilities);
  const possible = [wanted, ...ALTERNATIVES[wanted]].filter(
    (format) => formats.includes(format) && (!stream || STREAMED_FORMATS.has(format)),
  );
  const [first, ...others] = possible;
  if (first === undefined) return stream ? "json" : wanted;
  const met = (format: ResponseFormat): number => countMet(holdsOf(format, formats), needs);
  return others.reduce((best, format) => (met(format) > met(best) ? format : best), first);
}

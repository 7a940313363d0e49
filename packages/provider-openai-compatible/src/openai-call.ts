import { capabilitiesOf, needsOf } from "@earshot/core";
import type {
  Capabilities,
  CapabilityTable,
  HttpCall,
  Needs,
  OptionTable,
  ResponseFormat,
  TranscriptionRequest,
  Warning,
} from "@earshot/core";
import { joinUrl } from "@earshot/provider-kit";
import type { FormField, OpenaiDeviations } from "./deviations.ts";
import { toRequestForm } from "./request-form.ts";

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

/** Where a server is, what it can do and how it departs from OpenAI. */
export interface OpenaiServer {
  /** With or without slash at its end. */
  readonly baseUrl: string;
  /** Lower-case names; with the credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly capabilities: CapabilityTable;
  /** The options that become form fields under their own names. */
  readonly options: OptionTable;
  readonly deviations?: OpenaiDeviations;
}

/** A call, the format that it asks for, and a warning for each further wish that it leaves out. */
export interface OpenaiCall {
  readonly call: HttpCall;
  readonly format: ResponseFormat;
  readonly warnings: readonly Warning[];
}

const DEFAULT_PATHS = { transcribe: "/audio/transcriptions", translate: "/audio/translations" };

/**
 * Describes the call that a request, as `checkRequest` leaves it, becomes: the fields in a fixed order
 * with the model first, the file last.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createTranscription
 */
export function toOpenaiCall(server: OpenaiServer, request: TranscriptionRequest): OpenaiCall {
  const { baseUrl, headers, options, deviations = {} } = server;
  const capabilities = capabilitiesOf(server.capabilities, request.model);
  const format = wireFormatOf(request, capabilities, deviations.wireFormats);
  const { fields, warnings } = toRequestForm(
    { request, format, capabilities },
    deviations,
    options,
  );
  const { audio } = request;
  const path = deviations.path?.(request) ?? DEFAULT_PATHS[request.task];
  const urlFields: readonly FormField[] =
    audio.type === "url" ? [[deviations.urlField ?? "url", audio.url]] : [];
  return {
    call: {
      method: "POST",
      url: joinUrl(baseUrl, path, deviations.query),
      headers,
      body: {
        type: "multipart",
        fields: [...fields, ...urlFields],
        ...(audio.type === "file" ? { file: { name: "file", audio } } : {}),
      },
    },
    format,
    warnings,
  };
}

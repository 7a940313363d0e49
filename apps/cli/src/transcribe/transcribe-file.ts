import { fileFromPath } from "@earshot/audio";
import { needsOf } from "@earshot/core";
import type { ResponseFormat, TimestampGranularity, Transcript } from "@earshot/core";
import { completeTranscript, renderTranscript } from "@earshot/formats";
import { countReads } from "./count-reads.ts";
import type { OpenGateway } from "./open-gateway.ts";

export interface FileRequest {
  readonly path: string;
  readonly formats: readonly ResponseFormat[];
  readonly language: string | undefined;
  readonly prompt: string | undefined;
  readonly wordTimestamps: boolean;
  readonly signal: AbortSignal;
  readonly onRead: (bytes: number) => void;
}

export interface FileResult {
  /** The body of each format, ending with a line feed. */
  readonly bodies: ReadonlyMap<ResponseFormat, string>;
  /** What was asked for and left out, one sentence each. */
  readonly warnings: readonly string[];
}

/** The one format to ask for, from which all the others can be made. */
const formatToAsk = (formats: readonly ResponseFormat[]): ResponseFormat => {
  const [only = "text"] = formats;
  if (formats.length <= 1) return only;
  if (formats.includes("diarized_json")) return "diarized_json";
  return formats.some((format) => format !== "json" && format !== "text") ? "verbose_json" : "json";
};

const render = (
  transcript: Transcript,
  responseFormat: ResponseFormat,
  timestampGranularities: readonly TimestampGranularity[],
): string => {
  const diarize = responseFormat === "diarized_json";
  const needs = needsOf({ responseFormat, timestampGranularities, diarize });
  const isDone = transcript.verbatim?.format === responseFormat;
  const complete = isDone ? transcript : completeTranscript(transcript, needs);
  const { body } = renderTranscript(complete, { responseFormat, timestampGranularities });
  return body.endsWith("\n") ? body : `${body}\n`;
};

/** Transcribes one file once, for all its formats. Rejects with `TranscriptionError`. */
export async function transcribeFile(
  { gateway, model }: OpenGateway,
  request: FileRequest,
): Promise<FileResult> {
  const { path, formats, language, prompt, wordTimestamps, signal, onRead } = request;
  const granularities: readonly TimestampGranularity[] = wordTimestamps ? ["segment", "word"] : [];
  const { transcript } = await gateway.transcribe({
    model,
    audio: countReads(await fileFromPath(path), onRead),
    language,
    prompt,
    responseFormat: formatToAsk(formats),
    timestampGranularities: granularities,
    signal,
  });
  return {
    bodies: new Map(formats.map((format) => [format, render(transcript, format, granularities)])),
    warnings: transcript.warnings.map(({ message }) => message),
  };
}

import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileFromPath } from "@earshot/audio";
import { needsOf } from "@earshot/core";
import type { AudioFile, ResponseFormat, TimestampGranularity, Transcript } from "@earshot/core";
import { completeTranscript, renderTranscript } from "@earshot/formats";
import { STDIN } from "./find-audio.ts";
import type { OpenGateway } from "./open-gateway.ts";

export interface FileRequest {
  /** `-` for stdin. */
  readonly path: string;
  readonly stdin: Readable;
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

/**
 * Keeps what comes on stdin in a file of its own, since audio is read more than once, and hands the
 * file's path to the task. The file is gone when the task has ended.
 */
const withStdinFile = async <T>(
  { stdin, signal }: FileRequest,
  task: (path: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "earshot-stdin-"));
  try {
    const path = join(folder, "stdin");
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }), { signal });
    return await task(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * The same audio, telling how far it has been read: the local engine reads as fast as it hears, a
 * provider's as fast as the audio is sent. A second attempt does not go back.
 */
const countReads = (audio: AudioFile, onRead: (bytes: number) => void): AudioFile => {
  let furthest = 0;
  const reached = (position: number): void => {
    if (position <= furthest) return;
    furthest = position;
    onRead(position);
  };
  async function* open(): AsyncIterable<Uint8Array> {
    let position = 0;
    for await (const bytes of audio.open()) {
      position += bytes.length;
      reached(position);
      yield bytes;
    }
  }
  const read = audio.read?.bind(audio);
  if (read === undefined) return { ...audio, open };
  return {
    ...audio,
    open,
    read: async (start, end) => {
      const bytes = await read(start, end);
      reached(start + bytes.length);
      return bytes;
    },
  };
};

/** Transcribes one file once, for all its formats. Rejects with `TranscriptionError`. */
export async function transcribeFile(
  opened: OpenGateway,
  request: FileRequest,
): Promise<FileResult> {
  if (request.path === STDIN)
    return withStdinFile(request, (path) => transcribeFile(opened, { ...request, path }));
  const { path, formats, language, prompt, wordTimestamps, signal, onRead } = request;
  const granularities: readonly TimestampGranularity[] = wordTimestamps ? ["segment", "word"] : [];
  const { transcript } = await opened.gateway.transcribe({
    model: opened.model,
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

import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { RESPONSE_FORMATS, TranscriptionError } from "@earshot/core";
import type { ResponseFormat } from "@earshot/core";
import { FailedCommand } from "../command-failure.ts";
import type { CommandIo } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import { interruptible } from "../interruptible.ts";
import { fetchLocalModels } from "../local-models.ts";
import { mapConcurrently } from "../map-concurrently.ts";
import { createProgressLine, noProgress } from "../progress-line.ts";
import type { ProgressLine } from "../progress-line.ts";
import { createFileProgress } from "./file-progress.ts";
import { findAudio, STDIN } from "./find-audio.ts";
import { openGateway } from "./open-gateway.ts";
import type { OpenGateway } from "./open-gateway.ts";
import { createOrderedOutput, stdoutText } from "./ordered-output.ts";
import { planOutputs } from "./plan-outputs.ts";
import type { PlannedFile } from "./plan-outputs.ts";
import { reportText } from "./report.ts";
import type { Outcome } from "./report.ts";
import { withStdinFile } from "./stdin-file.ts";
import { transcribeFile } from "./transcribe-file.ts";
import type { FileResult } from "./transcribe-file.ts";
import { writeAtomically } from "./write-atomically.ts";

/** The flags of `earshot transcribe`. */
export interface TranscribeOptions {
  readonly words: readonly string[];
  /** Empty for what the extension of `output` says, else `text`. */
  readonly formats: readonly string[];
  readonly output: string | undefined;
  readonly overwrite: boolean;
  readonly recursive: boolean;
  readonly model: string | undefined;
  readonly config: string | undefined;
  readonly language: string | undefined;
  readonly prompt: string | undefined;
  readonly wordTimestamps: boolean;
  readonly concurrency: number | undefined;
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  readonly quiet: boolean;
}

interface Work {
  readonly options: TranscribeOptions;
  readonly io: CommandIo;
  readonly files: readonly PlannedFile[];
  readonly opened: OpenGateway;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
}

const MOST_FILES_AT_ONCE = 4;

/** What the name of the output file asks for by its extension. */
const formatOfName = (output: string | undefined): ResponseFormat => {
  const extension = extname(output ?? "")
    .slice(1)
    .toLowerCase();
  return RESPONSE_FORMATS.find((format) => format === extension) ?? "text";
};

const formatsOf = ({ formats, output }: TranscribeOptions): readonly ResponseFormat[] =>
  formats.length === 0
    ? [formatOfName(output)]
    : RESPONSE_FORMATS.filter((format) => formats.includes(format));

const foundAt = (path: string | undefined): "file" | "folder" | "nothing" => {
  const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "nothing";
  return stats.isDirectory() ? "folder" : "file";
};

const planFiles = async (options: TranscribeOptions): Promise<readonly PlannedFile[]> => {
  const { words, recursive, output } = options;
  const { inputs, hasFolder } = await findAudio(words, recursive);
  if (inputs.length === 0)
    throw new FailedCommand(
      `no audio files in ${words.join(", ")}.${recursive ? "" : " --recursive looks into the folders inside, too."}`,
    );
  return planOutputs(inputs, {
    output,
    formats: formatsOf(options),
    many: hasFolder,
    found: foundAt(output),
  });
};

const reasonOf = (error: unknown): string => {
  if (TranscriptionError.is(error)) return error.message;
  return error instanceof Error ? error.message : String(error);
};

const resultOf = (
  file: PlannedFile,
  work: Work,
  onRead: (bytes: number) => void,
): Promise<FileResult> => {
  const { options, opened, io, signal } = work;
  const { language, prompt, wordTimestamps } = options;
  const formats = file.outputs.map(({ format }) => format);
  const transcribe = (path: string): Promise<FileResult> =>
    transcribeFile(opened, { path, formats, language, prompt, wordTimestamps, signal, onRead });
  const { path } = file.input;
  return path === STDIN ? withStdinFile({ stdin: io.stdin, signal }, transcribe) : transcribe(path);
};

/** The file with the results that are still to be made. */
const withoutDone = (file: PlannedFile, overwrite: boolean): PlannedFile => ({
  ...file,
  outputs: overwrite
    ? file.outputs
    : file.outputs.filter(({ path }) => path === undefined || !existsSync(path)),
});

const saveResult = async (file: PlannedFile, { bodies }: FileResult): Promise<void> => {
  for (const { path, format } of file.outputs)
    if (path !== undefined) await writeAtomically(path, bodies.get(format) ?? "");
};

/** Works on all files; what fails does not hold up the others. */
const transcribeAll = (work: Work): Promise<readonly Outcome[]> => {
  const { options, io, files, progress, signal } = work;
  const shown = createFileProgress(progress, files);
  const stdout = createOrderedOutput({
    ...io.stdout,
    write: (text) => progress.aside(() => io.stdout.write(text)),
  });
  const several = files.length > 1 || formatsOf(options).length > 1;

  const transcribeOne = async (planned: PlannedFile, index: number): Promise<Outcome> => {
    const { path } = planned.input;
    const file = withoutDone(planned, options.overwrite);
    if (file.outputs.length === 0) return { path, status: "skipped" };
    signal.throwIfAborted();
    const result = await resultOf(file, work, (bytes) => shown.read(index, bytes));
    if (options.output === undefined) stdout.add(index, stdoutText(path, result, several));
    else await saveResult(file, result);
    return { path, status: "done", warnings: result.warnings };
  };
  const usual = Math.min(availableParallelism(), MOST_FILES_AT_ONCE);
  return mapConcurrently(files, options.concurrency ?? usual, async (file, index) => {
    try {
      return await transcribeOne(file, index);
    } catch (error) {
      signal.throwIfAborted();
      stdout.add(index, undefined);
      return { path: file.input.path, status: "failed", reason: reasonOf(error) };
    } finally {
      shown.finish(index);
    }
  });
};

/** Runs `earshot transcribe`; resolves with 1 when a file failed. */
export function runTranscribe(options: TranscribeOptions, io: CommandIo): Promise<number> {
  return interruptible(io, async (signal) => {
    const { model, config, url, quiet } = options;
    const files = await planFiles(options);
    const apiKey = options.apiKey ?? io.environment["EARSHOT_API_KEY"];
    const opened = await openGateway({ model, config, url, apiKey }, io);
    const download = quiet ? noProgress : createProgressLine(io.stderr);
    // Where no line can be taken back, results speak for themselves.
    const progress = io.stderr.isTTY ? download : noProgress;
    try {
      await fetchLocalModels(opened.deployments, { environment: io.environment, signal }, download);
      const outcomes = await transcribeAll({ options, io, files, opened, progress, signal });
      progress.end();
      io.stderr.write(reportText(outcomes, quiet));
      return outcomes.some(({ status }) => status === "failed") ? EXIT.failed : EXIT.ok;
    } finally {
      progress.end();
      await opened.close();
    }
  });
}

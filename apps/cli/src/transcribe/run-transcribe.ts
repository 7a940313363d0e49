import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { RESPONSE_FORMATS } from "@earshot/core";
import type { ResponseFormat } from "@earshot/core";
import { FailedCommand } from "../command-failure.ts";
import type { CommandIo } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import { fetchLocalModels } from "../local-models.ts";
import { createProgressLine, noProgress } from "../progress-line.ts";
import type { ProgressLine } from "../progress-line.ts";
import { createOrderedOutput, reportText, saveResult, stdoutText } from "./file-results.ts";
import type { Outcome } from "./file-results.ts";
import { findAudio } from "./find-audio.ts";
import { interruptible } from "./interruptible.ts";
import { openGateway } from "./open-gateway.ts";
import type { GatewayChoice, OpenGateway } from "./open-gateway.ts";
import { planOutputs } from "./plan-outputs.ts";
import type { PlannedFile } from "./plan-outputs.ts";
import { transcribeFile } from "./transcribe-file.ts";
import type { FileRequest } from "./transcribe-file.ts";

/** The flags of `earshot transcribe`. */
export interface TranscribeOptions
  extends GatewayChoice, Pick<FileRequest, "language" | "prompt" | "wordTimestamps"> {
  readonly words: readonly string[];
  /** Empty for what the extension of `output` says, else `text`. */
  readonly formats: readonly string[];
  readonly output: string | undefined;
  readonly overwrite: boolean;
  readonly recursive: boolean;
  readonly concurrency: number | undefined;
  readonly quiet: boolean;
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

/** What of a file is still to be made. */
const missingOutputs = ({ outputs }: PlannedFile, overwrite: boolean): PlannedFile["outputs"] =>
  overwrite ? outputs : outputs.filter(({ path }) => path === undefined || !existsSync(path));

/** Shows the progress over files numbered from 0, each counting as much as it is large. */
const createFileProgress = (progress: ProgressLine, files: readonly PlannedFile[]) => {
  // Nobody knows how much will come on stdin; a byte keeps it from counting as nothing.
  const sizes = files.map(({ input }) => Math.max(1, input.sizeBytes ?? 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const read = sizes.map(() => 0);
  let finished = 0;
  const show = (index: number): void => {
    const sum = read.reduce((bytes, part) => bytes + part, 0);
    const count = files.length > 1 ? `${finished} of ${files.length} files, ` : "";
    progress.report(sum / total, `${count}${files[index]?.input.relativePath ?? ""}`);
  };
  return {
    read: (index: number, bytes: number): void => {
      read[index] = Math.min(bytes, sizes[index] ?? 0);
      show(index);
    },
    finish: (index: number): void => {
      read[index] = sizes[index] ?? 0;
      finished++;
      show(index);
    },
  };
};

/** Works on several items at the same time and resolves with the results in the items' order. */
const mapConcurrently = async <T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return results;
};

interface Work {
  readonly options: TranscribeOptions;
  readonly io: CommandIo;
  readonly files: readonly PlannedFile[];
  readonly opened: OpenGateway;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
}

/** Works on all files; what fails does not hold up the others. */
const transcribeAll = (work: Work): Promise<readonly Outcome[]> => {
  const { options, io, files, opened, progress, signal } = work;
  const shown = createFileProgress(progress, files);
  const print = createOrderedOutput((text) => progress.aside(() => io.stdout.write(text)));
  const several = files.length > 1 || formatsOf(options).length > 1;

  const transcribeOne = async (file: PlannedFile, index: number): Promise<Outcome> => {
    const { path } = file.input;
    const outputs = missingOutputs(file, options.overwrite);
    if (outputs.length === 0) return { path, status: "skipped" };
    signal.throwIfAborted();
    const result = await transcribeFile(opened, {
      ...options,
      path,
      stdin: io.stdin,
      formats: outputs.map(({ format }) => format),
      signal,
      onRead: (bytes) => shown.read(index, bytes),
    });
    if (options.output === undefined) print(index, stdoutText(path, result, several));
    else await saveResult(outputs, result);
    return { path, status: "done", warnings: result.warnings };
  };
  const usual = Math.min(availableParallelism(), MOST_FILES_AT_ONCE);
  return mapConcurrently(files, options.concurrency ?? usual, async (file, index) => {
    try {
      return await transcribeOne(file, index);
    } catch (error) {
      signal.throwIfAborted();
      print(index, undefined);
      const reason = error instanceof Error ? error.message : String(error);
      return { path: file.input.path, status: "failed", reason };
    } finally {
      shown.finish(index);
    }
  });
};

/** Runs `earshot transcribe`; resolves with 1 when a file failed. */
export function runTranscribe(options: TranscribeOptions, io: CommandIo): Promise<number> {
  return interruptible(io, async (signal) => {
    const { quiet } = options;
    const files = await planFiles(options);
    const apiKey = options.apiKey ?? io.environment["EARSHOT_API_KEY"];
    const opened = await openGateway({ ...options, apiKey }, io.environment);
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

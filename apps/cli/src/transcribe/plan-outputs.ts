import { join, parse } from "node:path";
import type { ResponseFormat } from "@earshot/core";
import { UsageError } from "../command-failure.ts";
import type { AudioInput } from "./find-audio.ts";

/** A recording, and where each of its formats goes; to stdout where the path is undefined. */
export interface PlannedFile {
  readonly input: AudioInput;
  readonly outputs: readonly {
    readonly format: ResponseFormat;
    readonly path: string | undefined;
  }[];
}

export interface OutputSettings {
  /** `--output`; undefined for stdout. */
  readonly output: string | undefined;
  readonly formats: readonly ResponseFormat[];
  /** True where several results may come even if there is one now, as from a folder. */
  readonly many: boolean;
  /** What is at `--output` now. */
  readonly found: "file" | "folder" | "nothing";
}

const EXTENSIONS: Readonly<Record<ResponseFormat, string>> = {
  json: ".json",
  text: ".txt",
  srt: ".srt",
  vtt: ".vtt",
  verbose_json: ".verbose.json",
  diarized_json: ".diarized.json",
};

/** `talk` for `talk.mp3`, but `talk.mp3` where there is a `talk.wav` beside it. */
const stemsOf = (inputs: readonly AudioInput[]): readonly string[] => {
  const short = inputs.map(({ relativePath }) => {
    const { dir, name } = parse(relativePath);
    return join(dir, name);
  });
  return inputs.map(({ relativePath }, index) => {
    const stem = short[index] ?? relativePath;
    return short.filter((other) => other === stem).length > 1 ? relativePath : stem;
  });
};

const requireDistinct = (files: readonly PlannedFile[]): void => {
  const seen = new Map<string, string>();
  for (const { input, outputs } of files)
    for (const { path } of outputs) {
      if (path === undefined) continue;
      const other = seen.get(path);
      if (other !== undefined)
        throw new UsageError(`${other} and ${input.path} would both be written to ${path}.`);
      seen.set(path, input.path);
    }
};

/** Decides where every result goes. Throws `UsageError` where two would go to the same place. */
export function planOutputs(
  inputs: readonly AudioInput[],
  settings: OutputSettings,
): readonly PlannedFile[] {
  const { output, formats, many, found } = settings;
  if (output === undefined)
    return inputs.map((input) => ({
      input,
      outputs: formats.map((format) => ({ format, path: undefined })),
    }));
  const several = many || inputs.length > 1 || formats.length > 1;
  if (several && found === "file")
    throw new UsageError(`--output ${output} is a file, but several results need a folder.`);
  const isFolder = several || found === "folder" || /[/\\]$/u.test(output);
  const stems = stemsOf(inputs);
  const files = inputs.map((input, index) => ({
    input,
    outputs: formats.map((format) => ({
      format,
      path: isFolder ? join(output, `${stems[index] ?? ""}${EXTENSIONS[format]}`) : output,
    })),
  }));
  requireDistinct(files);
  return files;
}

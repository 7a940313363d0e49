import type { ProgressLine } from "../progress-line.ts";
import type { PlannedFile } from "./plan-outputs.ts";

/** Progress over all files, each counting as much as it is large. */
export interface FileProgress {
  readonly read: (index: number, bytes: number) => void;
  readonly finish: (index: number) => void;
}

/** Shows the progress of files numbered from 0. */
export function createFileProgress(
  progress: ProgressLine,
  files: readonly PlannedFile[],
): FileProgress {
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
    read: (index, bytes) => {
      read[index] = Math.min(bytes, sizes[index] ?? 0);
      show(index);
    },
    finish: (index) => {
      read[index] = sizes[index] ?? 0;
      finished++;
      show(index);
    },
  };
}

import type { TextOutput } from "../command-io.ts";

/** Shows how far one piece of work is. */
export interface ProgressLine {
  /** `fraction` from 0 to 1; `note` says what and how much, such as `model 12 of 27 MB`. */
  readonly report: (fraction: number, note: string) => void;
  /** Takes the line off the terminal, so that other text can follow; the next report shows it again. */
  readonly clear: () => void;
}

const BAR_WIDTH = 24;
const STEP_PERCENT = 10;
const CLEAR_LINE = "\r\u001B[2K";

const percentOf = (fraction: number): number =>
  Math.floor(Math.min(1, Math.max(0, fraction)) * 100);

const barOf = (percent: number): string => {
  const filled = Math.round((percent / 100) * BAR_WIDTH);
  return "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
};

const createBar = (output: TextOutput): ProgressLine => {
  let shown = "";
  return {
    report: (fraction, note) => {
      const percent = percentOf(fraction);
      const text = `${barOf(percent)} ${String(percent).padStart(3)} %  ${note}`;
      // A line that wraps could not be taken back.
      const line = text.slice(0, Math.max(0, output.columns - 1));
      if (line === shown) return;
      shown = line;
      output.write(CLEAR_LINE + line);
    },
    clear: () => {
      if (shown !== "") output.write(CLEAR_LINE);
      shown = "";
    },
  };
};

const createLines = (output: TextOutput): ProgressLine => {
  let next = 0;
  return {
    report: (fraction, note) => {
      const percent = percentOf(fraction);
      if (percent < next) return;
      next = (Math.floor(percent / STEP_PERCENT) + 1) * STEP_PERCENT;
      output.write(`${String(percent).padStart(3)} %  ${note}\n`);
    },
    clear: () => {},
  };
};

/** A bar that moves on a terminal; elsewhere a line for every tenth of the work. */
export function createProgressLine(output: TextOutput): ProgressLine {
  return output.isTTY ? createBar(output) : createLines(output);
}

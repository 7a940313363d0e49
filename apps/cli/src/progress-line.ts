import type { TextOutput } from "./command-io.ts";

/** Shows how far one piece of work is. */
export interface ProgressLine {
  /** `fraction` from 0 to 1; `note` says what and how much, such as `the model, 12 of 27 MB`. */
  readonly report: (fraction: number, note: string) => void;
  /** Says what takes a while without anybody knowing how long. */
  readonly busy: (note: string) => void;
  /** Lets something else write to the terminal, with the line out of the way meanwhile. */
  readonly aside: (write: () => void) => void;
  /** Takes the line away; the next report starts a new one. */
  readonly end: () => void;
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
  const show = (line: string): void => {
    if (line === shown) return;
    shown = line;
    output.write(CLEAR_LINE + line);
  };
  // A line that wraps could not be taken back.
  const fit = (line: string): string => line.slice(0, Math.max(0, output.columns - 1));
  return {
    report: (fraction, note) => {
      const percent = percentOf(fraction);
      show(fit(`${barOf(percent)} ${String(percent).padStart(3)} %  ${note}`));
    },
    busy: (note) => show(fit(`${note} …`)),
    aside: (write) => {
      const line = shown;
      show("");
      write();
      show(line);
    },
    end: () => show(""),
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
    busy: (note) => output.write(`${note} …\n`),
    aside: (write) => write(),
    end: () => {
      next = 0;
    },
  };
};

/** A bar that moves on a terminal; elsewhere a line for every tenth of the work. */
export function createProgressLine(output: TextOutput): ProgressLine {
  return output.isTTY ? createBar(output) : createLines(output);
}

/** Shows nothing. */
export const noProgress: ProgressLine = {
  report: () => {},
  busy: () => {},
  aside: (write) => write(),
  end: () => {},
};

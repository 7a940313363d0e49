import type { Readable } from "node:stream";

/** What is longer and has no end of line is none of ours. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Passes on what a stream brings, always whole lines; what has no end of line at last, or not for
 * long, gets one.
 */
export function relayLines(source: Readable, write: (lines: string) => void): void {
  let rest = "";
  source.setEncoding("utf8");
  source.on("data", (text: string) => {
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      write(rest + text.slice(0, end));
      rest = text.slice(end);
      return;
    }
    rest += text;
    if (rest.length < LONGEST_LINE) return;
    write(`${rest}\n`);
    rest = "";
  });
  source.on("end", () => {
    if (rest !== "") write(`${rest}\n`);
  });
}

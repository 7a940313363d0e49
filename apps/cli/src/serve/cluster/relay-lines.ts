import type { Readable } from "node:stream";

/** Passes on what a stream brings, always whole lines; what has no end of line at last gets one. */
export function relayLines(source: Readable, write: (lines: string) => void): void {
  let rest = "";
  source.setEncoding("utf8");
  source.on("data", (text: string) => {
    const end = text.lastIndexOf("\n") + 1;
    if (end === 0) {
      rest += text;
      return;
    }
    write(rest + text.slice(0, end));
    rest = text.slice(end);
  });
  source.on("end", () => {
    if (rest !== "") write(`${rest}\n`);
  });
}

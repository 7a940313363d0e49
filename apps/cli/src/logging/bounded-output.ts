import type { TextOutput } from "../command-io.ts";

/** How much may wait for a reader that does not keep up, in bytes. */
export const MOST_UNREAD_BYTES: number = 1024 * 1024;

/** How many lines some text has; what does not end in one counts as one. */
export const countLines = (text: string): number =>
  text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

/** What stands where lines were lost. */
export const lostText = (lines: number): string =>
  `${lines} line${lines === 1 ? " was" : "s were"} lost here: the reader of this output did not keep up, or the output failed.`;

/** How often to look whether a reader has caught up, beside at every further line. */
const LOOK_MS = 1000;

/**
 * The output of something that goes on for long and must not wait for its reader: what would be more
 * than the bound is left out, and once half of it was read, one line says how many lines that were;
 * the same for what an output does not take because it fails, as a full disk does.
 */
export function boundedOutput(output: TextOutput): TextOutput {
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  const unread = (): number => output.unreadBytes ?? 0;
  const lose = (lines: number): void => {
    if (lost === 0) timer = setInterval(tellLost, LOOK_MS).unref();
    lost += lines;
  };
  /** A full disk may have room again; a reader that has gone does not come back. */
  const writeOr = (text: string, lines: number): void =>
    output.write(text, ({ code }) => {
      if (code !== "EPIPE") lose(lines);
    });
  const tellLost = (): void => {
    if (lost === 0 || unread() > MOST_UNREAD_BYTES / 2) return;
    const lines = lost;
    lost = 0;
    clearInterval(timer);
    writeOr(`earshot: ${lostText(lines)}\n`, lines);
  };
  return {
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    fd: output.fd,
    write: (text) => {
      tellLost();
      if (lost === 0 && unread() <= Math.max(0, MOST_UNREAD_BYTES - text.length)) {
        writeOr(text, countLines(text));
        return;
      }
      lose(countLines(text));
    },
  };
}

import type { ResponseFormat } from "@earshot/core";
import type { TextOutput } from "../command-io.ts";
import type { FileResult } from "./transcribe-file.ts";

/** Prints results in the order of the inputs, whichever is ready first. */
export interface OrderedOutput {
  /** Undefined for an input that has no result. */
  readonly add: (index: number, text: string | undefined) => void;
}

/** Creates the output for inputs numbered from 0. */
export function createOrderedOutput(stdout: TextOutput): OrderedOutput {
  const waiting = new Map<number, string | undefined>();
  let next = 0;
  return {
    add: (index, text) => {
      waiting.set(index, text);
      for (; waiting.has(next); next++) {
        const ready = waiting.get(next);
        waiting.delete(next);
        if (ready !== undefined) stdout.write(ready);
      }
    },
  };
}

const isJson = (format: ResponseFormat): boolean => format.endsWith("json");

/** One object a line, which also says whose it is. */
const jsonLine = (path: string, body: string): string => {
  const value: unknown = JSON.parse(body);
  return `${JSON.stringify({ file: path, ...Object(value) })}\n`;
};

/** What stdout gets of one input: the bare result, or with several of them each with its name. */
export function stdoutText(path: string, { bodies }: FileResult, several: boolean): string {
  return [...bodies]
    .map(([format, body]) => {
      if (!several) return body;
      if (isJson(format)) return jsonLine(path, body);
      const title = bodies.size > 1 ? `${path} (${format})` : path;
      return `==> ${title} <==\n${body}\n`;
    })
    .join("");
}

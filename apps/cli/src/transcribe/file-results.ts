import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { TextOutput } from "../command-io.ts";
import { STDIN } from "./find-audio.ts";
import type { PlannedFile } from "./plan-outputs.ts";
import type { FileResult } from "./transcribe-file.ts";

/**
 * Prints results in the order of the inputs, whichever is ready first. It is told of each input,
 * numbered from 0, once; of one that has no result with undefined.
 */
export function createOrderedOutput(
  write: TextOutput["write"],
): (index: number, text: string | undefined) => void {
  const waiting = new Map<number, string | undefined>();
  let next = 0;
  return (index, text) => {
    waiting.set(index, text);
    for (; waiting.has(next); next++) {
      const ready = waiting.get(next);
      waiting.delete(next);
      if (ready !== undefined) write(ready);
    }
  };
}

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
      if (format.endsWith("json")) return jsonLine(path, body);
      const title = bodies.size > 1 ? `${path} (${format})` : path;
      return `==> ${title} <==\n${body}\n`;
    })
    .join("");
}

/** Writes a file so that nobody ever sees a part of it; makes the folders on its way. */
const writeAtomically = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** Writes every format of a result to the path that was planned for it. */
export async function saveResult(
  outputs: PlannedFile["outputs"],
  { bodies }: FileResult,
): Promise<void> {
  for (const { path, format } of outputs)
    if (path !== undefined) await writeAtomically(path, bodies.get(format) ?? "");
}

/** How the work on one file ended. */
export type Outcome =
  | { readonly path: string; readonly status: "done"; readonly warnings: readonly string[] }
  | { readonly path: string; readonly status: "skipped" }
  | { readonly path: string; readonly status: "failed"; readonly reason: string };

const distinctWarnings = (outcomes: readonly Outcome[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const outcome of outcomes)
    if (outcome.status === "done")
      for (const warning of outcome.warnings) counts.set(warning, (counts.get(warning) ?? 0) + 1);
  return [...counts].map(
    ([warning, count]) => `earshot: note: ${warning}${count > 1 ? ` (${count} files)` : ""}`,
  );
};

/**
 * What is left to say at the end: every failure and, unless `quiet`, notes and what was skipped. Empty
 * for nothing.
 */
export function reportText(outcomes: readonly Outcome[], quiet: boolean): string {
  const skipped = outcomes.filter(({ status }) => status === "skipped").length;
  const failed = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome] : []));
  const lines = quiet ? [] : [...distinctWarnings(outcomes)];
  if (skipped > 0 && !quiet)
    lines.push(
      `earshot: skipped ${skipped} file${skipped === 1 ? "" : "s"} whose results are there already; --overwrite makes them anew.`,
    );
  if (failed.length > 0 && outcomes.length > 1)
    lines.push(`earshot: ${failed.length} of ${outcomes.length} files failed:`);
  const indent = outcomes.length > 1 ? "  " : "earshot: ";
  for (const { path, reason } of failed)
    lines.push(`${indent}${path === STDIN ? "stdin" : path}: ${reason}`);
  return lines.map((line) => `${line}\n`).join("");
}

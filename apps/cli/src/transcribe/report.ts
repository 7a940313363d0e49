import { STDIN } from "./find-audio.ts";

/** How the work on one file ended. */
export type Outcome =
  | { readonly path: string; readonly status: "done"; readonly warnings: readonly string[] }
  | { readonly path: string; readonly status: "skipped" }
  | { readonly path: string; readonly status: "failed"; readonly reason: string };

/** What a path is called in messages. */
const nameOf = (path: string): string => (path === STDIN ? "stdin" : path);

const distinctWarnings = (outcomes: readonly Outcome[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const outcome of outcomes)
    if (outcome.status === "done")
      for (const warning of outcome.warnings) counts.set(warning, (counts.get(warning) ?? 0) + 1);
  return [...counts].map(
    ([warning, count]) => `earshot: note: ${warning}${count > 1 ? ` (${count} files)` : ""}`,
  );
};

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * What is left to say at the end: every failure and, unless `quiet`, notes and what was skipped. Empty
 * for nothing.
 */
export function reportText(outcomes: readonly Outcome[], quiet: boolean): string {
  const skipped = outcomes.filter(({ status }) => status === "skipped");
  const failed = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome] : []));
  const lines = quiet ? [] : [...distinctWarnings(outcomes)];
  if (skipped.length > 0 && !quiet)
    lines.push(
      `earshot: skipped ${counted(skipped.length, "file")} whose results are there already; --overwrite makes them anew.`,
    );
  if (failed.length > 0 && outcomes.length > 1)
    lines.push(`earshot: ${failed.length} of ${outcomes.length} files failed:`);
  const indent = outcomes.length > 1 ? "  " : "earshot: ";
  lines.push(...failed.map(({ path, reason }) => `${indent}${nameOf(path)}: ${reason}`));
  return lines.map((line) => `${line}\n`).join("");
}

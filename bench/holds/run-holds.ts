import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { printSection, short, toTable } from "../report/table.ts";
import { hostileInputs } from "./hostile-inputs.ts";
import { longAnswers } from "./long-answers.ts";
import { isHold } from "./measure-hold.ts";
import type { Hold } from "./measure-hold.ts";

export interface HoldOptions {
  /** Only inputs whose name begins with this. */
  readonly only: string;
  /** The top folder of the code that reads. */
  readonly checkout: string;
}

const CHILD = join(import.meta.dirname, "hostile-child.ts");
/** Whoever takes longer is not waited for. */
const PATIENCE_MS = 60_000;
/** Nobody else may have to wait for longer, on a machine that has nothing else to do. */
const LONGEST_HOLD_MS = 100;

const run = promisify(execFile);

/** Undefined when it took longer than anybody waits for. */
async function measure(
  input: { readonly name: string },
  use: string,
  checkout: string,
): Promise<Hold | undefined> {
  try {
    const args = [CHILD, checkout, input.name, use];
    const { stdout } = await run(process.execPath, args, { timeout: PATIENCE_MS });
    const hold: unknown = JSON.parse(stdout);
    return isHold(hold) ? hold : undefined;
  } catch {
    return undefined;
  }
}

const isTooLong = (hold: Hold | undefined): boolean =>
  (hold?.longestCpuMs ?? Infinity) > LONGEST_HOLD_MS;

/** The better of two where one is too long: others that use the machine cost CPU time too. */
async function holdOf(
  input: { readonly name: string },
  use: string,
  checkout: string,
): Promise<Hold | undefined> {
  const first = await measure(input, use, checkout);
  if (first === undefined || !isTooLong(first)) return first;
  const second = await measure(input, use, checkout);
  return isTooLong(second) ? first : second;
}

const cellsOf = (hold: Hold | undefined): readonly string[] =>
  hold === undefined
    ? ["–", "–", `over ${PATIENCE_MS / 1000} s`, "not waited for"]
    : [short(hold.longestMs), short(hold.longestCpuMs), short(hold.totalMs), hold.ending];

/**
 * Feeds every hostile input to the code of a checkout, each in a process of its own, and prints how
 * long the event loop was held. Resolves with a sentence for each that held it for too long or went wrong.
 */
export async function runHolds({ only, checkout }: HoldOptions): Promise<readonly string[]> {
  const rows: (readonly string[])[] = [];
  const problems: string[] = [];
  const hostile = hostileInputs.map(({ name, reader }) => ({
    name,
    uses: reader === "audio" ? ["probe", "decode"] : ["read"],
    ending: undefined,
  }));
  const answers = longAnswers.map(({ name, uses, ending = "done" }) => ({ name, uses, ending }));
  for (const input of [...hostile, ...answers].filter(({ name }) => name.startsWith(only))) {
    for (const use of input.uses) {
      const hold = await holdOf(input, use, checkout);
      rows.push([input.name, use, ...cellsOf(hold)]);
      const what = `${input.name}, ${use}`;
      if (isTooLong(hold)) problems.push(`held for over ${LONGEST_HOLD_MS} ms: ${what}`);
      if (input.ending !== undefined && input.ending !== hold?.ending)
        problems.push(
          `ended with ${hold?.ending ?? "nothing"} instead of ${input.ending}: ${what}`,
        );
    }
  }
  const columns = ["input", "use", "longest hold ms", "of it CPU", "total ms", "ending"];
  printSection("Holds of the event loop", toTable(columns, rows));
  return problems;
}

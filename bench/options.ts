import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { REPOSITORY_ROOT } from "./subjects/repository.ts";

/** What the command line asks for. */
export interface BenchOptions {
  /** A short variant that writes nothing and fails when something is far off. */
  readonly ci: boolean;
  readonly quick: boolean;
  readonly portkey: boolean;
  readonly litellm: boolean;
  readonly soak: boolean;
  /** Measures what hostile inputs do to the event loop, and nothing else. */
  readonly holds: boolean;
  /** The top folder of the code that `holds` measures; by default this repository. */
  readonly checkout: string;
  readonly rounds: number;
  /** Only cases whose name begins with this; such a run writes nothing. */
  readonly only: string;
  /** Undefined, or the folder for profiles of Earshot's processes; such a run writes nothing else. */
  readonly profileFolder: string | undefined;
  /** Another checkout of Earshot, to be compared with in the same run; such a run writes nothing. */
  readonly against: string | undefined;
}

const ROUNDS = 5;
const CI_ROUNDS = 3;

/** Reads the command line. Throws for an option that there is not. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ci: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      portkey: { type: "boolean", default: false },
      litellm: { type: "boolean", default: false },
      soak: { type: "boolean", default: false },
      holds: { type: "boolean", default: false },
      checkout: { type: "string", default: REPOSITORY_ROOT },
      rounds: { type: "string" },
      only: { type: "string", default: "" },
      "cpu-prof": { type: "string" },
      against: { type: "string" },
    },
  });
  const { rounds: given, "cpu-prof": profileFolder, ...rest } = values;
  const rounds = Number(given ?? (values.ci ? CI_ROUNDS : values.quick ? 1 : ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1 up, not ${given}.`);
  const against = rest.against === undefined ? undefined : resolve(rest.against);
  if (against !== undefined && !existsSync(join(against, "node_modules")))
    throw new Error(`--against takes a checkout with its packages installed, not ${against}.`);
  return { ...rest, rounds, profileFolder, against };
}

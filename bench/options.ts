import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly portkey: boolean;
  readonly litellm: boolean;
  readonly rounds: number;
  /** Only cases whose name begins with this; such a run writes nothing. */
  readonly only: string;
  /** Undefined, or the folder for a profile of Earshot's process; such a run writes nothing else. */
  readonly profileFolder: string | undefined;
}

/** Reads the command line. Throws for an option that there is not. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      portkey: { type: "boolean", default: false },
      litellm: { type: "boolean", default: false },
      rounds: { type: "string" },
      only: { type: "string", default: "" },
      "cpu-prof": { type: "string" },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1 up, not ${values.rounds}.`);
  return {
    quick: values.quick,
    portkey: values.portkey,
    litellm: values.litellm,
    rounds,
    only: values.only,
    profileFolder: values["cpu-prof"],
  };
}

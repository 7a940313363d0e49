import { existsSync } from "node:fs";
import type { Command } from "./arguments/command.ts";
import { commandHelp, programHelp } from "./arguments/help-text.ts";
import { parseArguments } from "./arguments/parse-arguments.ts";
import { explainFailure, UsageError } from "./command-failure.ts";
import type { CommandIo } from "./command-io.ts";
import { commands, defaultCommand } from "./commands.ts";
import { EXIT } from "./exit-codes.ts";
import { readVersion } from "./version.ts";

const isHelp = (word: string | undefined): boolean => word === "--help" || word === "-h";

const helpAsked = (argv: readonly string[]): boolean => {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).some(isHelp);
};

/** The command that the words begin with, and those of several words whose first one is theirs. */
const find = (words: readonly string[]) => ({
  command: commands.find(({ name }) =>
    name.split(" ").every((part, index) => words[index] === part),
  ),
  family: commands.filter(({ name }) => name.startsWith(`${words[0] ?? ""} `)),
});

/** Somebody who names a file and no command: say the command that takes it. */
const hintFor = (word: string): string => {
  if (!existsSync(word)) return "";
  return /\.ya?ml$/iu.test(word)
    ? ` To serve it: earshot --config ${word}`
    : ` To transcribe it: earshot transcribe ${word}`;
};

/** The command that is asked for, and what follows its name. */
const dispatch = (
  argv: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } => {
  const [first, second] = argv;
  if (first === undefined || first.startsWith("-")) return { command: defaultCommand, rest: argv };
  const { command, family } = find(argv);
  if (command !== undefined) return { command, rest: argv.slice(command.name.split(" ").length) };
  const word = family.length > 0 && second !== undefined ? `${first} ${second}` : first;
  throw new UsageError(
    family.length > 0 && second === undefined
      ? `earshot ${first} needs one more word: ${family.map(({ name }) => name.slice(first.length + 1)).join(" or ")}.`
      : `There is no command '${word}'.${hintFor(first)}`,
    { word, known: commands.map(({ name }) => name) },
  );
};

const helpFor = (words: readonly string[]): string => {
  const { command, family } = find(words);
  if (command !== undefined) return commandHelp(command);
  return family.length > 0
    ? family.map(commandHelp).join("\n")
    : programHelp(commands, readVersion());
};

const start = async (argv: readonly string[], io: CommandIo): Promise<number> => {
  const [first] = argv;
  if (first === "help" || helpAsked(argv)) {
    io.stdout.write(helpFor(argv.filter((word) => word !== "help" && !word.startsWith("-"))));
    return EXIT.ok;
  }
  if (first === "--version" || first === "-v" || first === "-V" || first === "version") {
    io.stdout.write(`${readVersion()}\n`);
    return EXIT.ok;
  }
  const { command, rest } = dispatch(argv);
  return command.run(parseArguments(rest, command), io);
};

/**
 * Runs the command line (without `node` and the script) and resolves with its exit code: 0 done, 1
 * failed, 2 wrong usage, 130 stopped by Ctrl-C. Never rejects and never ends the process.
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await start(argv, io);
  } catch (error) {
    const { exitCode, text } = await explainFailure(error, io.stderr.isTTY);
    io.stderr.write(`${text}\n`);
    return exitCode;
  }
}

import { textTable } from "../text-table.ts";
import type { Command, FlagSpec } from "./command.ts";

/** A help text in two columns. */
const columns = (rows: readonly (readonly [string, string])[]): string =>
  textTable(rows.map(([left, right]) => [`  ${left}`, right])).trimEnd();

const paragraphs = (...texts: readonly string[]): string => `${texts.join("\n\n")}\n`;

const flagTitle = (name: string, spec: FlagSpec): string => {
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  return `${short}--${name}${spec.type === "boolean" ? "" : ` ${spec.value}`}`;
};

const nameAndWords = ({ name, words }: Command): string =>
  words === undefined ? name : `${name} ${words.usage}`;

/** The help of one command: usage, flags, examples. Ends with a line feed. */
export function commandHelp(command: Command): string {
  const { summary, flags, examples } = command;
  const rows = Object.entries(flags).map(
    ([flag, spec]) => [flagTitle(flag, spec), spec.description] as const,
  );
  return paragraphs(
    `${summary}.`,
    `Usage: earshot ${nameAndWords(command)} [options]`,
    `Options:\n${columns([...rows, ["-h, --help", "Show this help"]])}`,
    `Examples:\n${columns(examples)}`,
  );
}

/** The list of all commands. Ends with a line feed. */
export function programHelp(commands: readonly Command[], version: string): string {
  const rows = commands.map((command) => [nameAndWords(command), command.summary] as const);
  return paragraphs(
    `Earshot ${version}: a speech-to-text gateway that speaks OpenAI's audio API.`,
    "Usage: earshot [COMMAND] [options]",
    `Commands:\n${columns(rows)}`,
    "Without a command, earshot serves: `earshot --config config.yaml --port 8000`.",
    "`earshot COMMAND --help` shows a command's options and examples.",
  );
}

import type { Command } from "./arguments/command.ts";
import { serveCommand } from "./serve/serve-command.ts";
import { transcribeCommand } from "./transcribe/transcribe-command.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [serveCommand, transcribeCommand];

/** What runs when the command line names no command. */
export const defaultCommand: Command = serveCommand;

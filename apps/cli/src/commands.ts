import type { Command } from "./arguments/command.ts";
import { configCheckCommand, configSchemaCommand } from "./config/config-commands.ts";
import { doctorCommand } from "./doctor/doctor-command.ts";
import { providersCommand } from "./providers/providers-command.ts";
import { serveCommand } from "./serve/serve-command.ts";
import { transcribeCommand } from "./transcribe/transcribe-command.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  serveCommand,
  transcribeCommand,
  configCheckCommand,
  configSchemaCommand,
  providersCommand,
  doctorCommand,
];

/** What runs when the command line names no command. */
export const defaultCommand: Command = serveCommand;

import { defineCommand } from "./arguments/command.ts";
import type { Command } from "./arguments/command.ts";
import { EXIT } from "./exit-codes.ts";
import { serveCommand } from "./serve/serve-command.ts";
import { transcribeCommand } from "./transcribe/transcribe-command.ts";

// What runs a command is loaded when it is asked for: the help and the version need none of it.

const configCheckCommand = defineCommand({
  name: "config check",
  summary: "Check a config file and say how to mend every problem",
  words: { usage: "[FILE]", minimum: 0, maximum: 1 },
  flags: {
    config: { type: "text", short: "c", value: "FILE", description: "The same as FILE" },
    print: {
      type: "boolean",
      description: "Print the config as Earshot reads it, as JSON without its secrets",
    },
  },
  examples: [
    ["earshot config check", "Check config.yaml in this folder"],
    ["earshot config check prod.yaml --print", "Check another file and show what it means"],
  ],
  run: async ({ flags, words }, io) => {
    const { runConfigCheck } = await import("./run-config-check.ts");
    return runConfigCheck({ path: words[0] ?? flags.config, print: flags.print }, io);
  },
});

const configSchemaCommand = defineCommand({
  name: "config schema",
  summary: "Print the JSON Schema of config files, for editors",
  flags: {},
  examples: [
    [
      "earshot config schema > earshot.schema.json",
      "Then start config.yaml with `# yaml-language-server: $schema=earshot.schema.json`",
    ],
  ],
  run: async (_invocation, io) => {
    const { jsonSchema } = await import("@earshot/config");
    io.stdout.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
    return EXIT.ok;
  },
});

const providersCommand = defineCommand({
  name: "providers",
  summary: "Show the built-in providers, what they can do and whether their keys are set",
  flags: {
    json: { type: "boolean", description: "Print JSON, with the capabilities of every model" },
  },
  examples: [
    ["earshot providers", "A table"],
    ["earshot providers --json | jq '.[].kind'", "Their names"],
  ],
  run: async ({ flags }, io) => {
    const { runProviders } = await import("./run-providers.ts");
    return runProviders(flags, io);
  },
});

const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Find out what keeps Earshot from working on this machine",
  flags: {
    config: {
      type: "text",
      short: "c",
      value: "FILE",
      description: "Config file to look at (default: config.yaml if it is there)",
    },
    port: {
      type: "integer",
      short: "p",
      value: "NUMBER",
      minimum: 1,
      maximum: 65_535,
      description: "Port that should be free (default: the config's, else 8000)",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  examples: [
    ["earshot doctor", "Check everything"],
    ["earshot doctor --config prod.yaml --json", "Another config, for a script"],
  ],
  run: async ({ flags }, io) => {
    const { runDoctor } = await import("./doctor/run-doctor.ts");
    return runDoctor({ configPath: flags.config, port: flags.port, json: flags.json }, io);
  },
});

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

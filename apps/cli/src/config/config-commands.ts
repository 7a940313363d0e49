import { defineCommand } from "../arguments/command.ts";
import type { Command } from "../arguments/command.ts";

/** `earshot config check` */
export const configCheckCommand: Command = defineCommand({
  name: "config check",
  summary: "Check a config file and say how to mend every problem",
  wordsUsage: "[FILE]",
  words: [0, 1],
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

/** `earshot config schema` */
export const configSchemaCommand: Command = defineCommand({
  name: "config schema",
  summary: "Print the JSON Schema of config files, for editors",
  wordsUsage: "",
  words: [0, 0],
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
    return 0;
  },
});

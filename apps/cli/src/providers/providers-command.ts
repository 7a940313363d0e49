import { defineCommand } from "../arguments/command.ts";
import type { Command } from "../arguments/command.ts";

/** `earshot providers` */
export const providersCommand: Command = defineCommand({
  name: "providers",
  summary: "Show the built-in providers, what they can do and whether their keys are set",
  wordsUsage: "",
  words: [0, 0],
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

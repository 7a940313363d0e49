import { defineCommand } from "../arguments/command.ts";
import type { Command } from "../arguments/command.ts";

/** `earshot doctor` */
export const doctorCommand: Command = defineCommand({
  name: "doctor",
  summary: "Find out what keeps Earshot from working on this machine",
  wordsUsage: "",
  words: [0, 0],
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
    const { runDoctor } = await import("./run-doctor.ts");
    return runDoctor({ configPath: flags.config, port: flags.port, json: flags.json }, io);
  },
});

import { defineCommand } from "../arguments/command.ts";
import type { Command } from "../arguments/command.ts";
import type { CommandIo } from "../command-io.ts";
import { countWorkers, MOST_WORKERS } from "./serve-flags.ts";
import type { ServeFlags } from "./serve-flags.ts";

/** Serves in this process or in several until a signal ends it; resolves with the exit code. */
const serveUntilStopped = async (flags: ServeFlags, io: CommandIo): Promise<number> => {
  const workers = io.ownsProcess === true ? await countWorkers(flags, io.environment) : 1;
  // Only what is needed is loaded: the process that starts workers stays small.
  if (workers === 1) {
    const { runSingle } = await import("./run-single.ts");
    return runSingle(flags, io);
  }
  const { runPrimary } = await import("./cluster/run-primary.ts");
  return runPrimary(flags, workers, io);
};

/** `earshot serve`, which is also `earshot` alone. */
export const serveCommand: Command = defineCommand({
  name: "serve",
  summary: "Serve OpenAI's audio API over HTTP",
  flags: {
    config: {
      type: "text",
      short: "c",
      value: "FILE",
      description: "LiteLLM-style config file; without one, the engine inside this process serves",
    },
    port: {
      type: "integer",
      short: "p",
      value: "NUMBER",
      minimum: 0,
      maximum: 65_535,
      description: "Port to listen on, 0 for any free one (default: the config's, else 8000)",
    },
    host: {
      type: "text",
      value: "ADDRESS",
      description: "Address to listen on (default: all with a master_key, else 127.0.0.1)",
    },
    workers: {
      type: "integer",
      value: "NUMBER",
      minimum: 1,
      maximum: MOST_WORKERS,
      description: "Processes on the port (default: the config's, else one a core; 1 with local/)",
    },
    "log-format": {
      type: "text",
      value: "FORMAT",
      choices: ["json", "human"],
      description: "json or human (default: human on a terminal, else json); logs go to stderr",
    },
    quiet: {
      type: "boolean",
      short: "q",
      description: "Say nothing but warnings and errors; log no requests",
    },
    debug: {
      type: "boolean",
      aliases: ["detailed-debug"],
      description: "Log details of every request",
    },
  },
  examples: [
    ["earshot serve", "Serve the built-in model on 127.0.0.1:8000"],
    ["earshot --config config.yaml --port 8000", "Serve the models of a config"],
    ["earshot -c config.yaml --workers 4", "Use four cores; SIGHUP reads the config anew"],
    ["earshot serve -c config.yaml --host 127.0.0.1", "Serve them to this machine only"],
  ],
  run: ({ flags }, io) =>
    serveUntilStopped({ ...flags, configPath: flags.config, logFormat: flags["log-format"] }, io),
});

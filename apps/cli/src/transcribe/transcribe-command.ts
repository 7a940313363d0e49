import { RESPONSE_FORMATS } from "@earshot/core";
import { defineCommand } from "../arguments/command.ts";
import type { Command } from "../arguments/command.ts";

/** `earshot transcribe FILE…` */
export const transcribeCommand: Command = defineCommand({
  name: "transcribe",
  summary: "Turn audio files into text or subtitles",
  words: { usage: "FILE…", minimum: 1, maximum: Infinity },
  flags: {
    format: {
      type: "list",
      short: "f",
      value: "FORMAT,…",
      choices: RESPONSE_FORMATS,
      description: `One or more of ${RESPONSE_FORMATS.join(", ")} (default: as the output is named, else text)`,
    },
    output: {
      type: "text",
      short: "o",
      value: "PATH",
      description: "File to write, or folder for several results (default: stdout)",
    },
    overwrite: {
      type: "boolean",
      description: "Write results anew that are there already (default: skip them)",
    },
    recursive: {
      type: "boolean",
      short: "r",
      description: "Take the folders inside a folder, too",
    },
    model: {
      type: "text",
      short: "m",
      value: "NAME",
      description: "Model (default: local/moonshine-tiny-en, or the only one of the config)",
    },
    config: {
      type: "text",
      short: "c",
      value: "FILE",
      description: "Config file whose models to use",
    },
    language: {
      type: "text",
      short: "l",
      value: "CODE",
      description: "Language that is spoken, such as en (default: the model finds out)",
    },
    prompt: {
      type: "text",
      value: "TEXT",
      description: "Names and terms that occur, for models that take a prompt",
    },
    "word-timestamps": {
      type: "boolean",
      description: "Add the time of every word to verbose_json",
    },
    concurrency: {
      type: "integer",
      value: "NUMBER",
      minimum: 1,
      maximum: 64,
      description: "Files to work on at the same time (default: one for each core, at most 4)",
    },
    url: {
      type: "text",
      value: "URL",
      description: "Ask a server that speaks OpenAI's audio API, such as a running Earshot",
    },
    "api-key": {
      type: "text",
      value: "KEY",
      description: "Key for --url (better: the variable EARSHOT_API_KEY)",
    },
    quiet: {
      type: "boolean",
      short: "q",
      description: "Show failures only, no progress and no notes",
    },
  },
  examples: [
    ["earshot transcribe talk.mp3", "Print the text"],
    ["earshot transcribe talk.mp3 -o talk.srt", "Write subtitles"],
    ["earshot transcribe talks -r -f text,vtt -o out", "Text and subtitles for a whole folder"],
    ["earshot transcribe - < talk.mp3", "Read the audio from stdin"],
    ["earshot transcribe a.wav --url http://127.0.0.1:8000", "Ask a running server"],
  ],
  run: async ({ flags, words }, io) => {
    const { runTranscribe } = await import("./run-transcribe.ts");
    return runTranscribe(
      {
        ...flags,
        words,
        formats: flags.format,
        wordTimestamps: flags["word-timestamps"],
        apiKey: flags["api-key"],
      },
      io,
    );
  },
});

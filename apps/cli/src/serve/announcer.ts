import type { Diagnostic } from "@earshot/config";
import type { Logger } from "@earshot/core";
import type { Failure } from "../command-failure.ts";
import type { CommandIo } from "../command-io.ts";
import { readVersion } from "../version.ts";

// The process that starts workers loads this, too, and has to stay small.

/** What is to be said about a config: as data, and as `earshot config check` prints it. */
export type ConfigReport = Pick<Failure, "text" | "problems">;

/** What there is to tell about a server. */
export interface ServerFacts {
  /** Where it can be reached from this machine, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly host: string;
  /** Who can use it, in one sentence; undefined where a warning says it. */
  readonly access: string | undefined;
  /** The names that clients may ask for. */
  readonly models: readonly string[];
}

/** What the server made of the sample recording. */
export interface SelfCheckResult {
  readonly text: string;
  readonly tookMs: number;
  /** False when some word differs from what is said in the sample; case and marks do not count. */
  readonly wordForWord: boolean;
}

/** What the line to paste asks for. */
export interface CurlRequest {
  /** Where the server listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly model: string;
  /** Undefined: a file of the user's own. */
  readonly audioPath: string | undefined;
  readonly needsKey: boolean;
}

/** Tells what happens to the server, to people or to machines. */
export interface Announcer {
  readonly listening: (facts: ServerFacts, upMs: number) => void;
  readonly selfCheck: (result: SelfCheckResult, model: string) => void;
  readonly tryIt: (request: CurlRequest) => void;
  readonly stopping: () => void;
  readonly hint: (text: string) => void;
  /** The fields are for machines only. */
  readonly warn: (text: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly configWarnings: (report: ConfigReport) => void;
  /** The config was read anew and is in force. */
  readonly reloaded: (facts: ServerFacts) => void;
  /** The config was read anew and cannot be used. */
  readonly notReloaded: (report: ConfigReport) => void;
}

/** Quoted for a shell where it holds more than plain characters. */
const shellWord = (text: string): string => {
  if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
  return process.platform === "win32" ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
};

/** A line to paste into a shell; in place of the key it names the variable that should hold it. */
export function curlLine({ url, model, audioPath, needsKey }: CurlRequest): string {
  return [
    `curl ${url}/v1/audio/transcriptions`,
    ...(needsKey ? [`-H "Authorization: Bearer $MASTER_KEY"`] : []),
    `-F ${shellWord(`file=@${audioPath ?? "speech.mp3"}`)}`,
    `-F ${shellWord(`model=${model}`)}`,
  ].join(" ");
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const listeningText = ({ url, access, models }: ServerFacts, upMs: number): string =>
  [
    `Earshot ${readVersion()} listens on ${url} (up in ${seconds(upMs)}).`,
    ...(access === undefined ? [] : [`  ${access}`]),
    `  Models: ${models.join(", ")}`,
    "",
  ].join("\n");

const selfCheckText = ({ text, tookMs, wordForWord }: SelfCheckResult, model: string): string =>
  [
    "",
    `Self-check: the sample recording went through this server (model ${model}) in ${seconds(tookMs)}:`,
    "",
    `  ${text}`,
    ...(wordForWord
      ? []
      : ["", "  Not word for word what is said in it; other models hear better."]),
    "",
  ].join("\n");

const RELOADED = "The config was read anew and serves from now on.";
const NOT_RELOADED = "The config was read anew and cannot be used: the former one keeps serving.";

/** Words for people: news on stdout, unless `quiet`, and warnings on stderr. */
export function createTextAnnouncer(
  { stdout, stderr }: Pick<CommandIo, "stdout" | "stderr">,
  quiet: boolean,
): Announcer {
  const say = (text: string): void => {
    if (!quiet) stdout.write(text);
  };
  return {
    listening: (facts, upMs) => say(listeningText(facts, upMs)),
    selfCheck: (result, model) => say(selfCheckText(result, model)),
    tryIt: (request) => {
      const key = request.needsKey ? ", with the master_key in $MASTER_KEY" : "";
      say(`\nTry it${key}:\n\n  ${curlLine(request)}\n\n`);
    },
    stopping: () =>
      say("\nStopping as soon as running requests have ended. Once more stops at once.\n"),
    hint: (text) => say(`  ${text}\n`),
    warn: (text) => stderr.write(`earshot: WARNING: ${text}\n`),
    configWarnings: ({ problems, text }) => {
      if (problems.length > 0) stderr.write(`${text}\n`);
    },
    reloaded: ({ models }) => say(`${RELOADED}\n  Models: ${models.join(", ")}\n`),
    notReloaded: ({ text }) => stderr.write(`${text}\nearshot: ${NOT_RELOADED}\n`),
  };
}

/** Log lines with the same facts, for whatever collects logs. */
export function createLogAnnouncer(logger: Logger): Announcer {
  const logProblems = (problems: readonly Diagnostic[]): void => {
    for (const { severity, message, remedy, file, line, path } of problems)
      logger[severity === "error" ? "error" : "warn"]({ file, line, path }, `${message} ${remedy}`);
  };
  return {
    listening: ({ url, host, models }, upMs) => {
      const fields = { url, host, models, upMs: Math.round(upMs) };
      logger.info(fields, `Earshot ${readVersion()} listens on ${url}`);
    },
    selfCheck: ({ text, tookMs, wordForWord }, model) => {
      const fields = { model, text, wordForWord, durationMs: Math.round(tookMs) };
      logger.info(fields, "The sample recording went through this server");
    },
    tryIt: (request) => logger.info({ curl: curlLine(request) }, "A line to try the server with"),
    stopping: () => logger.info({}, "Stopping as soon as running requests have ended"),
    hint: (text) => logger.info({}, text),
    warn: (text, fields = {}) => logger.warn(fields, text),
    configWarnings: ({ problems }) => logProblems(problems),
    reloaded: ({ models }) => logger.info({ models }, RELOADED),
    notReloaded: ({ problems, text }) => {
      logProblems(problems);
      logger.error(problems.length > 0 ? {} : { reason: text }, NOT_RELOADED);
    },
  };
}

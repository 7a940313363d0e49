import { formatDiagnostics } from "@earshot/config";
import type { Diagnostic } from "@earshot/config";
import type { Logger } from "@earshot/core";
import type { CommandIo } from "../command-io.ts";
import { readVersion } from "../version.ts";
import { curlLine } from "./curl-line.ts";
import type { CurlRequest } from "./curl-line.ts";
import { accessText, openHostWarning } from "./host-access.ts";
import type { SelfCheckResult } from "./self-check.ts";
import type { Serving } from "./serve.ts";

/** Tells what happens to the server, to people or to machines. */
export interface Announcer {
  readonly listening: (serving: Serving, upMs: number) => void;
  readonly selfCheck: (result: SelfCheckResult, model: string) => void;
  readonly tryIt: (request: CurlRequest) => void;
  readonly stopping: () => void;
  readonly hint: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly configWarnings: (warnings: readonly Diagnostic[]) => void;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const modelsOf = ({ gateway }: Serving): readonly string[] => gateway.models().map(({ id }) => id);

const listeningText = (serving: Serving, upMs: number): string => {
  const access = accessText(serving);
  return [
    `Earshot ${readVersion()} listens on ${serving.proxy.url} (up in ${seconds(upMs)}).`,
    ...(access === undefined ? [] : [`  ${access}`]),
    `  Models: ${modelsOf(serving).join(", ")}`,
    "",
  ].join("\n");
};

const DIFFERS = "Not word for word what is said in it; other models hear better.";

const selfCheckText = ({ text, tookMs, wordForWord }: SelfCheckResult, model: string): string =>
  [
    "",
    `Self-check: the sample recording went through this server (model ${model}) in ${seconds(tookMs)}:`,
    "",
    `  ${text}`,
    ...(wordForWord ? [] : ["", `  ${DIFFERS}`]),
    "",
  ].join("\n");

/** Words for people: news on stdout, unless `quiet`, and warnings on stderr. */
export function createTextAnnouncer(
  { stdout, stderr }: Pick<CommandIo, "stdout" | "stderr">,
  quiet: boolean,
): Announcer {
  const say = (text: string): void => {
    if (!quiet) stdout.write(text);
  };
  const warn = (text: string): void => stderr.write(`earshot: WARNING: ${text}\n`);
  return {
    listening: (serving, upMs) => {
      say(listeningText(serving, upMs));
      const warning = openHostWarning(serving);
      if (warning !== undefined) warn(warning);
    },
    selfCheck: (result, model) => say(selfCheckText(result, model)),
    tryIt: (request) => {
      const key = request.needsKey ? ", with the master_key in $MASTER_KEY" : "";
      say(`\nTry it${key}:\n\n  ${curlLine(request)}\n\n`);
    },
    stopping: () =>
      say("\nStopping as soon as running requests have ended. Once more stops at once.\n"),
    hint: (text) => say(`  ${text}\n`),
    warn,
    configWarnings: (warnings) => {
      if (warnings.length > 0)
        stderr.write(`${formatDiagnostics(warnings, { color: stderr.isTTY })}\n`);
    },
  };
}

/** Log lines with the same facts, for whatever collects logs. */
export function createLogAnnouncer(logger: Logger): Announcer {
  return {
    listening: (serving, upMs) => {
      const { url } = serving.proxy;
      const fields = { url, host: serving.host, models: modelsOf(serving), upMs: Math.round(upMs) };
      logger.info(fields, `Earshot ${readVersion()} listens on ${url}`);
      const warning = openHostWarning(serving);
      if (warning !== undefined) logger.warn({ host: serving.host }, warning);
    },
    selfCheck: ({ text, tookMs, wordForWord }, model) => {
      const fields = { model, text, wordForWord, durationMs: Math.round(tookMs) };
      logger.info(fields, "The sample recording went through this server");
    },
    tryIt: (request) => logger.info({ curl: curlLine(request) }, "A line to try the server with"),
    stopping: () => logger.info({}, "Stopping as soon as running requests have ended"),
    hint: (text) => logger.info({}, text),
    warn: (text) => logger.warn({}, text),
    configWarnings: (warnings) => {
      for (const { message, remedy, file, line, path } of warnings)
        logger.warn({ file, line, path }, `${message} ${remedy}`);
    },
  };
}

import type { Logger, LogMethod } from "@earshot/core";
import { pino, stdSerializers, stdTimeFunctions } from "pino";
import type { TextOutput } from "../command-io.ts";
import { lostText } from "./bounded-output.ts";
import { LineWriter } from "./line-writer.ts";

export interface LoggerSettings {
  readonly output: TextOutput;
  /** `json`: one object a line, for machines. `human`: time and message. */
  readonly format: "json" | "human";
  readonly level: keyof Logger;
  /** Number of the process among several, a field of each JSON line; undefined when it is alone. */
  readonly worker?: number | undefined;
}

/** A logger, and the way to bring its last lines out before the process ends: none comes after. */
export interface ClosableLogger {
  readonly logger: Logger;
  readonly flush: () => Promise<void>;
  /** Writes text that ends a line to the same place, never into the middle of a log line. */
  readonly write: (text: string) => void;
}

const createJsonLogger = ({ output, level, worker }: LoggerSettings): ClosableLogger => {
  const options = {
    level,
    base: worker === undefined ? null : { worker },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: stdSerializers.errWithCause },
  };
  if (output.fd === undefined)
    return { logger: pino(options, output), flush: async () => {}, write: output.write };
  const writer = new LineWriter(output.fd, (lines) => logger.warn({ lines }, lostText(lines)));
  const logger = pino(options, writer);
  return { logger, flush: writer.end, write: writer.writeNow };
};

const LEVELS = ["debug", "info", "warn", "error"] as const;
const COLOURS: Readonly<Record<keyof Logger, number>> = { debug: 2, info: 2, warn: 33, error: 31 };

const causeOf = (fields: Readonly<Record<string, unknown>>): string => {
  const { error } = fields;
  return error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
};

/** Messages quote what clients send, which must not steer the terminal. */
const printable = (text: string): string => text.replaceAll(/\p{C}/gu, "\uFFFD");

const createHumanLogger = ({ output, level }: LoggerSettings): ClosableLogger => {
  const paint = (code: number, text: string): string =>
    output.isTTY ? `\u001B[${code}m${text}\u001B[0m` : text;
  const lowest = LEVELS.indexOf(level);
  const methodOf = (name: keyof Logger): LogMethod => {
    if (LEVELS.indexOf(name) < lowest) return () => {};
    return (fields, message) => {
      const time = new Date().toTimeString().slice(0, 8);
      const label = name === "info" ? "" : `${paint(COLOURS[name], name)} `;
      output.write(`${paint(2, time)} ${label}${printable(message + causeOf(fields))}\n`);
    };
  };
  const logger = {
    debug: methodOf("debug"),
    info: methodOf("info"),
    warn: methodOf("warn"),
    error: methodOf("error"),
  };
  return { logger, flush: async () => {}, write: output.write };
};

/** Creates the logger of a command. JSON lines are written without holding the event loop. */
export function createLogger(settings: LoggerSettings): ClosableLogger {
  return settings.format === "json" ? createJsonLogger(settings) : createHumanLogger(settings);
}

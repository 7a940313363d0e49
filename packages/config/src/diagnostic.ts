import type { ConfigLocation } from "./config-node.ts";
import { MASK } from "./mask-secrets.ts";

/** One problem of a config file. Holds no secret and no value of an environment variable. */
export interface Diagnostic extends ConfigLocation {
  /** An error keeps the gateway from starting; a warning names a setting that has no effect. */
  readonly severity: "error" | "warning";
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** How to mend it, in one sentence. */
  readonly remedy: string;
  /** The line of the file with everything masked that might be secret; absent when `line` is 0. */
  readonly sourceLine?: string;
}

/** How `formatDiagnostics` writes. */
export interface FormatOptions {
  /** ANSI colours for a terminal; default false. */
  readonly color?: boolean;
}

const ANSI = { red: 31, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;
type Paint = (style: keyof typeof ANSI, text: string) => string;

const PLACES_SHOWN = 5;
const LINE_SHOWN = 120;

const plain: Paint = (_style, text) => text;
const colored: Paint = (style, text) => `\u001B[${ANSI[style]}m${text}\u001B[0m`;

/** Control characters of a config must not steer the terminal. */
const printable = (text: string): string => text.replaceAll(/[^\P{C}\t]/gu, "\uFFFD");

const placeOf = ({ file, line, column }: Diagnostic): string =>
  line === 0 ? file : `${file}:${line}:${column}`;

/** Where a caret may stand at most: a masked line can be shorter than the real one. */
const lastColumn = (line: string): number =>
  line.endsWith(MASK) ? line.length - MASK.length : Math.max(line.length - 1, 0);

const codeFrame = ({ line, column, sourceLine }: Diagnostic, paint: Paint): readonly string[] => {
  if (sourceLine === undefined) return [];
  const shown = printable(sourceLine).slice(0, LINE_SHOWN);
  const margin = String(line).length + 2;
  const end = Math.min(column - 1, lastColumn(shown));
  const before = shown.slice(0, end).replaceAll(/[^\t]/g, " ");
  return [
    `  ${paint("dim", `${line} |`)} ${shown}`,
    `  ${paint("dim", "|".padStart(margin))} ${before}${paint("cyan", "^")}`,
  ];
};

const otherPlaces = (first: Diagnostic, others: readonly Diagnostic[]): readonly string[] => {
  const all = new Set([first, ...others].map(({ file, line }) => `${file}:${line}`));
  const places = [...all].slice(1);
  if (places.length === 0) return [];
  const shown = places.slice(0, PLACES_SHOWN);
  const rest = places.length - shown.length;
  return [`  Also at ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`];
};

const formatGroup = (group: readonly [Diagnostic, ...Diagnostic[]], paint: Paint): string => {
  const [first, ...others] = group;
  const severity = paint(first.severity === "error" ? "red" : "yellow", first.severity);
  const path = first.path === "" ? "" : ` ${printable(first.path)}`;
  return [
    `${severity} ${paint("bold", printable(placeOf(first)))}${path}`,
    `  ${printable(first.message)}`,
    ...codeFrame(first, paint),
    ...otherPlaces(first, others).map(printable),
    `  ${printable(first.remedy)}`,
  ].join("\n");
};

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

const summary = (diagnostics: readonly Diagnostic[]): string => {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  return [
    ...(errors > 0 ? [counted(errors, "error")] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ].join(", ");
};

/** Puts equal problems together, so that one cause in a thousand deployments is told once. */
const groupEqual = (
  diagnostics: readonly Diagnostic[],
): readonly (readonly [Diagnostic, ...Diagnostic[]])[] => {
  const groups = new Map<string, [Diagnostic, ...Diagnostic[]]>();
  for (const diagnostic of diagnostics) {
    const key = [diagnostic.severity, diagnostic.message, diagnostic.remedy].join("\n");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [diagnostic]);
    else group.push(diagnostic);
  }
  return [...groups.values()];
};

/**
 * The problems as text for a terminal: place, message, source line and remedy of each, then the
 * counts. Equal problems are told once, with their places. Empty for no problems.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: FormatOptions = {},
): string {
  if (diagnostics.length === 0) return "";
  const paint = options.color === true ? colored : plain;
  const groups = groupEqual(diagnostics).map((group) => formatGroup(group, paint));
  return [...groups, summary(diagnostics)].join("\n\n");
}

const BRAND = Symbol.for("earshot.ConfigError");

/** A config that cannot be used. Its message is the readable list of all its problems. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Errors and warnings in the order of the file; at least one error. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(formatDiagnostics(diagnostics));
    this.diagnostics = diagnostics;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for errors of this class, also of another copy of this package. */
  static is(value: unknown): value is ConfigError {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

import type { Capabilities } from "@earshot/core";
import type { ConformanceReport, ScenarioName } from "@earshot/provider-testkit";
import { markdownTable } from "./provider-table.ts";

const INTRODUCTION = `# Providers

Written by \`pnpm write-docs\` from the conformance suite's own run: each "yes" stands for scenarios that
passed (see [@earshot/provider-testkit](../packages/provider-testkit)), and a capability that no scenario
shows stops this page from being written.

Formats are those that the provider writes itself, in OpenAI's shape, and that pass untouched. Every
other format Earshot renders from the times of the columns beside it.
`;

interface Column {
  readonly head: string;
  readonly scenario: ScenarioName;
  readonly cell: (model: Capabilities) => string;
}

const NONE = "–";
const yes = (has: boolean): string => (has ? "yes" : NONE);
const MIB = 1024 * 1024;

const limits = ({ maxSizeBytes, maxDurationSeconds, shutdownDate }: Capabilities): string =>
  [
    maxSizeBytes === undefined ? "" : `${Math.floor(maxSizeBytes / MIB)} MiB`,
    maxDurationSeconds === undefined ? "" : `${Math.floor(maxDurationSeconds / 60)} min`,
    shutdownDate === undefined ? "" : `until ${shutdownDate}`,
  ]
    .filter((part) => part !== "")
    .join(", ") || NONE;

const languages = ({ languages: known }: Capabilities): string => {
  if (known === "any") return "any";
  return known.length <= 3 ? known.join(", ") : String(known.length);
};

const COLUMNS: readonly Column[] = [
  { head: "Formats", scenario: "formats", cell: (model) => model.nativeFormats.join(", ") || NONE },
  {
    head: "Word times",
    scenario: "words",
    cell: ({ wordTimestamps }) =>
      ({ measured: "yes", estimated: "estimated", none: NONE })[wordTimestamps],
  },
  { head: "Segment times", scenario: "segments", cell: (model) => yes(model.segmentTimestamps) },
  { head: "Speakers", scenario: "speakers", cell: (model) => yes(model.diarization) },
  { head: "Streams", scenario: "streaming", cell: (model) => yes(model.streaming) },
  { head: "Translates", scenario: "translation", cell: (model) => yes(model.translation) },
  { head: "Prompt", scenario: "prompt", cell: (model) => yes(model.prompt) },
  { head: "Keywords", scenario: "keywords", cell: (model) => yes(model.keywords) },
  { head: "URL input", scenario: "urlInput", cell: (model) => yes(model.urlInput) },
  { head: "Languages", scenario: "text", cell: languages },
  { head: "Limits", scenario: "text", cell: limits },
];

/** A cell is only written when the scenario behind it passed. */
const backed = (
  report: ConformanceReport,
  { head, scenario, cell }: Column,
  model: Capabilities,
): string => {
  const text = cell(model);
  const { status = "missing" } = report.scenarios[scenario] ?? {};
  if (text === NONE || status === "passed") return text;
  throw new Error(
    `${report.kind}: "${head}: ${text}", but its scenario '${scenario}' is ${status}.`,
  );
};

const rowsOf = (report: ConformanceReport): readonly (readonly string[])[] =>
  Object.entries(report.models).map(([name, model]) => [
    report.variant === undefined ? report.displayName : `${report.displayName} (${report.variant})`,
    `\`${name}\``,
    ...COLUMNS.map((column) => backed(report, column, model)),
  ]);

const missing = (report: ConformanceReport): readonly string[] =>
  Object.values(report.scenarios).flatMap(({ reason }) => (reason === undefined ? [] : [reason]));

const notes = (reports: readonly ConformanceReport[]): string =>
  reports
    .filter((report) => missing(report).length > 0 && report.variant === undefined)
    .map((report) => {
      const reasons = [...new Set(missing(report))].map((reason) => `- ${reason}`);
      return `### ${report.displayName}\n\n[Documentation](${report.documentationUrl})\n\n${reasons.join("\n")}`;
    })
    .join("\n\n");

/**
 * The page of the providers of these kinds; what else is reported, such as a copy of the template, is
 * left out. Throws when one of them has no report, or declares what no passing scenario shows.
 */
export function providerPage(
  reports: readonly ConformanceReport[],
  kinds: readonly string[],
): string {
  const unreported = kinds.filter((kind) => reports.every((report) => report.kind !== kind));
  if (unreported.length > 0)
    throw new Error(
      `No conformance report of ${unreported.join(", ")}, so docs/providers.md is left as it is. ` +
        "Run `npm test` first: the tests write the reports.",
    );
  const shipped = reports.filter(({ kind }) => kinds.includes(kind));
  const head = ["Provider", "Model", ...COLUMNS.map((column) => column.head)];
  return `${INTRODUCTION}\n${markdownTable([head, ...shipped.flatMap(rowsOf)])}\n\n## What the vendors do not have\n\n${notes(shipped)}\n`;
}

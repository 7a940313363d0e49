import type { Capabilities, ProviderDefinition } from "@earshot/core";
import { builtinProviders } from "../src/index.ts";

/** Stands around the generated table in the README. */
const MARKERS = {
  begin: "<!-- providers: written by `pnpm write-docs` from the adapters' own capability data -->",
  end: "<!-- /providers -->",
};

const all = ({ capabilities }: ProviderDefinition): readonly Capabilities[] => [
  capabilities.default,
  ...(capabilities.models ?? []).map(({ differs }) => ({ ...capabilities.default, ...differs })),
];

const mark = (definition: ProviderDefinition, has: (model: Capabilities) => boolean): string => {
  const models = all(definition);
  if (models.every(has)) return "yes";
  return models.some(has) ? "some models" : "–";
};

const words = (definition: ProviderDefinition): string => {
  const kinds = new Set(all(definition).map(({ wordTimestamps }) => wordTimestamps));
  if (kinds.has("measured"))
    return mark(definition, (model) => model.wordTimestamps === "measured");
  return kinds.has("estimated") ? "estimated" : "–";
};

const key = ({ requiresApiKey, environment }: ProviderDefinition): string =>
  requiresApiKey ? `\`${environment.apiKey[0] ?? ""}\`` : "none needed";

const HEAD = [
  "Provider",
  "Model prefix",
  "Key",
  "Segments",
  "Words",
  "Speakers",
  "Streams",
  "Translates",
];

const cells = (definition: ProviderDefinition): readonly string[] => [
  `[${definition.displayName}](packages/provider-${definition.kind.replaceAll("_", "-")})`,
  `\`${definition.kind}/…\``,
  key(definition),
  mark(definition, (model) => model.segmentTimestamps),
  words(definition),
  mark(definition, (model) => model.diarization),
  mark(definition, (model) => model.streaming),
  mark(definition, (model) => model.translation),
];

/** A Markdown table, its columns padded as the formatter wants them; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[], fill = " "): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width, fill)).join(" | ")} |`;
  const [head = "", ...body] = rows.map((row) => line(row));
  return [head, line([], "-"), ...body].join("\n");
}

/** The text with what stands between the markers replaced. Throws when a marker is missing. */
export function withProviderTable(text: string): string {
  const begin = text.indexOf(MARKERS.begin);
  const end = text.indexOf(MARKERS.end);
  if (begin < 0 || end < begin)
    throw new Error("The README has no markers for the provider table.");
  return `${text.slice(0, begin + MARKERS.begin.length)}\n\n${markdownTable([HEAD, ...builtinProviders.map(cells)])}\n\n${text.slice(end)}`;
}

import { defaultText } from "../src/field.ts";
import { remedyOf } from "../src/section.ts";
import type { OtherKeys, SectionDefinition } from "../src/section.ts";
import { sectionDefinitions, topLevel } from "../src/sections.ts";

const INTRODUCTION = `# Configuration

Earshot reads LiteLLM's \`config.yaml\` as it is. This page lists every key: those that Earshot uses,
and those that it knows and does not use. \`earshot config check --config config.yaml\` tells all
problems of a file at once, with line and remedy.

To let an editor complete and check the file, begin it with this line:

\`\`\`yaml
# yaml-language-server: $schema=https://raw.githubusercontent.com/earshot-gateway/earshot/main/docs/config.schema.json
\`\`\`

## The file

- \`model_list\` is a list of entries; the other sections are mappings. Keys under \`x-…\` at the top are
  yours, for YAML anchors (\`&name\`) that the rest of the file merges with \`<<: *name\`.
- \`os.environ/NAME\` in place of any value stands for the environment variable \`NAME\`. A variable that is
  not set, or empty, is an error.
- \`environment_variables\` holds variables that such references find before those of the process.
  References inside it see the process and the lines above.
- \`include: [models.yaml]\` adds further files; paths start at the folder of the including file. Their
  \`model_list\` entries are appended; of two equal keys in one section the later file's counts.
- Numbers and \`true\` or \`false\` may be in quotes. Dates, such as an \`api_version\`, and keys made of
  digits stay text.
- A wrong value is an error. A key that has no effect is a warning.
`;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const fieldRows = ({ fields, required = [] }: SectionDefinition): readonly (readonly string[])[] =>
  Object.entries(fields).map(([key, field]) => {
    const { expected, unit = "", description } = field;
    const fallback = required.includes(key) ? "required" : (defaultText(field) ?? "");
    return [`\`${key}\``, expected, unit, fallback, description];
  });

const otherItem = (group: OtherKeys): string => {
  const verdict = group.isMeaningless ? "no meaning for audio" : "not supported";
  const names = group.keys.map((key) => `\`${key}\``).join(", ");
  return `- ${names}: ${verdict}; ${group.effect} ${remedyOf(group)}`;
};

const usedTable = (definition: SectionDefinition): readonly string[] => {
  const rows = fieldRows(definition);
  return rows.length === 0
    ? []
    : [table(["key", "value", "unit", "default", "what it does"], rows)];
};

const unusedList = ({ otherKeys }: SectionDefinition): readonly string[] =>
  otherKeys.length === 0
    ? []
    : [
        "Keys of LiteLLM that Earshot knows and does not use, each told as a warning:",
        otherKeys.map(otherItem).join("\n"),
      ];

const sectionText = (definition: SectionDefinition): string =>
  [
    `## \`${definition.name}\``,
    definition.description,
    ...usedTable(definition),
    ...unusedList(definition),
  ].join("\n\n");

/** The reference of the config file as Markdown. */
export function referencePage(): string {
  const others = ["## Other sections", ...unusedList(topLevel)].join("\n\n");
  return `${[INTRODUCTION.trimEnd(), ...sectionDefinitions.map(sectionText), others].join("\n\n")}\n`;
}

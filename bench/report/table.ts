/** A number with about three digits that count. */
export function short(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** Padded, so that the formatter of this repository leaves the table as it is. */
export function toTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, 3, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, index) => (cells[index] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(columns), rule, ...rows.map(line)].join("\n");
}

const LONGEST_REASON = 90;

/** What went wrong in words of somebody else, such that a cell of a table can hold it. */
export function inCell(reason: string | undefined): string {
  const plain = (reason ?? "not measured").replaceAll(/[|`\\<>*_~[\]]/gu, " ");
  const [, mark = "", words = plain] = /^(failed|left out): (.*)$/su.exec(plain) ?? [];
  const cut = words.replaceAll(/\s+/gu, " ").trim().slice(0, LONGEST_REASON).trim();
  return mark === "" ? cut : `${mark}: ${cut}`;
}

/** Prints the title and the lines below it, indented. */
export function printSection(title: string, table: string): void {
  const lines = table.split("\n").map((line) => `  ${line}`);
  console.log(`${title}\n${lines.join("\n")}\n`);
}

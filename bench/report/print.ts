/** Prints the title and the lines below it, indented. */
export function printSection(title: string, table: string): void {
  const lines = table.split("\n").map((line) => `  ${line}`);
  console.log(`${title}\n${lines.join("\n")}\n`);
}

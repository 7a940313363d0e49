const FLAT_ARRAY = /\[\s+([^[\]{}]+?)\s+\]/gu;

/** Indented, arrays of numbers and words on one line as the formatter of this repository has them. */
export function toJson(value: object): string {
  const indented = JSON.stringify(value, undefined, 2);
  const flat = indented.replaceAll(
    FLAT_ARRAY,
    (_, items: string) => `[${items.replaceAll(/,\s+/gu, ", ")}]`,
  );
  return `${flat}\n`;
}

/**
 * The text fields of a form: every value of a repeated field, in the order of arrival. A list's values
 * stand under its plain name however the client spelt it: `x`, `x[]` or `x[0]`.
 */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** The field that a key belongs to as one of its values: of `x`, `x[]` and `x[0]` it is `x`. */
const plainName = (key: string): string => (key.endsWith("]") ? key.replace(/\[\d*\]$/u, "") : key);

/** Adds one value to the fields. */
export function addField(fields: Map<string, string[]>, key: string, value: string): void {
  const name = plainName(key);
  const values = fields.get(name);
  if (values === undefined) fields.set(name, [value]);
  else values.push(value);
}

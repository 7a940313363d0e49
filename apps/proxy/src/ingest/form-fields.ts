/** The text fields of a form: every value of a repeated field, in the order of arrival. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** Adds one value to the fields. */
export function addField(fields: Map<string, string[]>, name: string, value: string): void {
  const values = fields.get(name);
  if (values === undefined) fields.set(name, [value]);
  else values.push(value);
}

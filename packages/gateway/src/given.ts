type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The entries that have a value, so that an absent one stays absent and is not `undefined`. */
export function given<T extends object>(values: T): Given<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only entries without a value were taken away
  return Object.fromEntries(entries) as Given<T>;
}

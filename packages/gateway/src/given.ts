type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The entries that have a value, so that an absent one stays absent and is not `undefined`. */
export function given<T extends object>(values: T): Given<T> {
  // Only entries without a value are taken away, which is what the type says.
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}

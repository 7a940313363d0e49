/** The entries that have a value; the types lose `undefined`. */
export type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out every entry without a value, so that only what the file says is handed on. */
export function onlyGiven<T extends object>(values: T): Given<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is left is what `Given` says
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}

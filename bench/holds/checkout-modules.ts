import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The functions of a module; another checkout's are known by their names only. */
type Module = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** The first function of these names that the module has; throws where it has none. */
export function functionOf(
  module: Module,
  ...names: readonly string[]
): (...args: readonly unknown[]) => unknown {
  const found = names.map((name) => module[name]).find((one) => one !== undefined);
  if (found === undefined) throw new Error(`The checkout has no ${names.join(" or ")}.`);
  return found;
}

/** Loads a module by its path in a checkout. */
export type Load = (path: string) => Promise<Module>;

/** Loads the modules of the checkout in that folder. */
export const createLoader =
  (checkout: string): Load =>
  async (path) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is known of it
    (await import(pathToFileURL(join(checkout, path)).href)) as Module;

import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "@earshot/provider-local/cache-folder";
import { makePrivateFolder, privateFolderProblem } from "@earshot/proxy/private-folder";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Node keeps what it has compiled, beside everything else that is fetched or made once. */
const compileCacheFolder = (environment: Environment): string =>
  join(cacheFolder(environment), "compile");

/** Whoever sets Node's own variable has chosen a folder, which Node uses from its start. */
const isChosen = (environment: Environment): boolean =>
  (environment["NODE_COMPILE_CACHE"] ?? "") !== "";

/** Why no compiled code is kept, and what to do; undefined when it is, or could be. */
export function compileCacheProblem(environment: Environment): string | undefined {
  if (isChosen(environment)) return undefined;
  const folder = compileCacheFolder(environment);
  const problem = privateFolderProblem(folder);
  return (
    problem &&
    `no compiled code is kept in ${folder}, because ${problem}: every start takes longer. Remove it, or set EARSHOT_CACHE_DIR to a folder of your own.`
  );
}

/**
 * Keeps compiled code from one start to the next, in a folder that nobody else can have put anything
 * into: what lies there is run. Does without where there is none. Never throws.
 */
export function useCompileCache(environment: Environment): void {
  if (isChosen(environment)) return;
  const folder = compileCacheFolder(environment);
  try {
    if (makePrivateFolder(folder) === undefined) enableCompileCache(folder);
  } catch {
    // It cannot be written to: every start compiles anew.
  }
}

import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { cacheFolder } from "@earshot/provider-local/cache-folder";
import { makePrivateFolder, privateFolderProblem } from "@earshot/proxy/private-folder";
import type { Environment } from "./command-io.ts";

/** Where Node keeps what it has compiled, beside everything else that is fetched or made once. */
const compileCacheFolder = (environment: Environment): string =>
  join(cacheFolder(environment), "compile");

/** What Node's own variable names: Node has used it before anything of ours ran, and cannot be told to stop. */
const chosenFolder = (environment: Environment): string | undefined =>
  environment["NODE_COMPILE_CACHE"] || undefined;

/** Why no compiled code is kept, or not safely, and what to do; undefined when all is well. */
export function compileCacheProblem(environment: Environment): string | undefined {
  // Node does without, wherever it should be.
  if ((environment["NODE_DISABLE_COMPILE_CACHE"] ?? "") !== "") return undefined;
  const chosen = chosenFolder(environment);
  const folder = chosen ?? compileCacheFolder(environment);
  const problem = privateFolderProblem(folder);
  if (problem === undefined) return undefined;
  return chosen === undefined
    ? `no compiled code is kept in ${folder}, because ${problem}: every start takes longer. Remove it, or set EARSHOT_CACHE_DIR to a folder of your own.`
    : `compiled code is kept in ${folder}, as NODE_COMPILE_CACHE says, although ${problem}: whoever can change what lies there decides what is run. Unset NODE_COMPILE_CACHE, or let it name a folder of your own.`;
}

/**
 * Keeps compiled code from one start to the next, in a folder that nobody else can have put anything
 * into: what lies there is run. Does without where there is none.
 */
const useCompileCache = (environment: Environment): void => {
  if (chosenFolder(environment) !== undefined) return;
  const folder = compileCacheFolder(environment);
  try {
    if (makePrivateFolder(folder) === undefined) enableCompileCache(folder);
  } catch {
    // It cannot be written to: every start compiles anew.
  }
};

/** Makes loading the rest of the program quick and small; for a process of its own. Never throws. */
export function prepareLoading(environment: Environment): void {
  // Loading fills V8's young generation and would let it grow to 48 MB; the server lets it grow later.
  setFlagsFromString("--semi-space-growth-factor=1");
  // A second start takes a third of the time.
  useCompileCache(environment);
}

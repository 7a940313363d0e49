import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The variables of a process by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const usualCache = (environment: Environment): string => {
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? homedir();
  if (process.platform === "darwin") return join(home, "Library", "Caches");
  if (process.platform === "win32")
    return environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local");
  return environment["XDG_CACHE_HOME"] || join(home, ".cache");
};

/** The folder of everything that is fetched: `EARSHOT_CACHE_DIR`, else `earshot` in the user's cache. */
export function cacheFolder(environment: Environment): string {
  const own = environment["EARSHOT_CACHE_DIR"];
  return own === undefined || own === "" ? join(usualCache(environment), "earshot") : resolve(own);
}

/** Whether `EARSHOT_OFFLINE` forbids the network: `1` or `true`. */
export function isOffline(environment: Environment): boolean {
  return ["1", "true"].includes(environment["EARSHOT_OFFLINE"]?.toLowerCase() ?? "");
}

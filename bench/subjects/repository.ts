import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The top folder of this repository. */
export const REPOSITORY_ROOT: string = join(import.meta.dirname, "../..");

/** Where gateways are installed that only the benchmark needs; git ignores it. */
export const INSTALL_FOLDER: string = join(REPOSITORY_ROOT, ".tools/bench");

/** The version in the package.json of that folder. */
export function versionOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const hasVersion = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return hasVersion ? String(manifest.version) : "unknown";
}

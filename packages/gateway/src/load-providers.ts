import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { TranscriptionError } from "@earshot/core";
import type { ProviderDefinition } from "@earshot/core";

const isDefinition = (value: unknown): value is ProviderDefinition =>
  typeof value === "object" &&
  value !== null &&
  "specVersion" in value &&
  value.specVersion === 1 &&
  "kind" in value &&
  typeof value.kind === "string" &&
  "create" in value &&
  typeof value.create === "function";

const refuse = (name: string, problem: string, cause?: unknown): TranscriptionError =>
  new TranscriptionError("invalid_request", `The provider package '${name}' ${problem}`, { cause });

const locate = (name: string, folder: string): string => {
  const require = createRequire(resolve(folder, "package.json"));
  try {
    return require.resolve(name);
  } catch (cause) {
    throw refuse(name, `is not installed. Run 'npm install ${name}' in ${folder}.`, cause);
  }
};

const importFrom = async (name: string, file: string): Promise<object> => {
  try {
    const exports: unknown = await import(pathToFileURL(file).href);
    return typeof exports === "object" && exports !== null ? exports : {};
  } catch (cause) {
    // Of a missing module the further lines are only who asked for it.
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw refuse(name, `could not be loaded: ${reason}`, cause);
  }
};

/**
 * Loads provider packages by npm name or path, as seen from that folder (the config file's), and
 * answers every provider that they export. Throws `invalid_request` that says what to install or export.
 */
export async function loadProviders(
  names: readonly string[],
  folder: string,
): Promise<readonly ProviderDefinition[]> {
  const loaded = await Promise.all(
    names.map(async (name) => {
      const file = locate(name, folder);
      const found = Object.values(await importFrom(name, file)).filter(isDefinition);
      if (found.length === 0)
        throw refuse(name, "exports no provider. It should export the result of defineProvider().");
      return found;
    }),
  );
  return [...new Set(loaded.flat())];
}

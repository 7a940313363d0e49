import { dirname, resolve } from "node:path";
import { ConfigError } from "@earshot/config";
import type { ConfigLocation, Diagnostic } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type { ProviderDefinition } from "@earshot/core";
import { loadProviders } from "@earshot/gateway";

/** The packages that a config names, and where. */
export interface NamedPackages {
  readonly names: readonly string[];
  /** In the order of `names`. */
  readonly locations: readonly ConfigLocation[];
  /** The config file; packages are looked for from its folder. */
  readonly path: string;
  /** Told together with the packages' problems. */
  readonly warnings: readonly Diagnostic[];
}

const REMEDY = "Mend the package, or take it out of earshot_settings.providers.";

const problemOf = (error: TranscriptionError, location: ConfigLocation): Diagnostic => {
  const [, message, remedy] = /^(.+?)\. (Run .*|It should .*)$/su.exec(error.message) ?? [];
  return message === undefined || remedy === undefined
    ? { severity: "error", ...location, message: error.message, remedy: REMEDY }
    : { severity: "error", ...location, message: `${message}.`, remedy };
};

/** Loads every package. Rejects with one `ConfigError` that names all that cannot be used. */
export async function loadProviderPackages({
  names,
  locations,
  path,
  warnings,
}: NamedPackages): Promise<readonly ProviderDefinition[]> {
  const whole = { file: path, line: 0, column: 0, path: "earshot_settings.providers" };
  const problems: Diagnostic[] = [];
  const load = async (name: string, index: number): Promise<readonly ProviderDefinition[]> => {
    try {
      return await loadProviders([name], dirname(resolve(path)));
    } catch (error) {
      if (!TranscriptionError.is(error)) throw error;
      problems.push(problemOf(error, locations[index] ?? whole));
      return [];
    }
  };
  const loaded = await Promise.all(names.map(load));
  if (problems.length > 0)
    throw new ConfigError([...warnings, ...problems].toSorted((a, b) => a.line - b.line));
  return [...new Set(loaded.flat())];
}

import { TranscriptionError } from "@earshot/core";

/** Names that are in use and that the vendor's list of models does not hold. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["best", "universal-3-5-pro"],
  // How the vendor writes it everywhere but in its API.
  ["universal-3.5-pro", "universal-3-5-pro"],
]);

/** Models that the vendor took out of service, and what it serves in their place. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ["nano", "universal-2"],
  ["universal", "universal-2"],
  ["slam-1", "universal-3-5-pro"],
]);

/**
 * The vendor's own name for a model; a name that is not known is taken for a newer one. Throws
 * `service_discontinued` for a model that the vendor no longer serves.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/select-the-speech-model
 */
export function toAssemblyaiModel(name: string): string {
  const successor = RETIRED.get(name);
  if (successor === undefined) return ALIASES.get(name) ?? name;
  throw new TranscriptionError(
    "service_discontinued",
    `AssemblyAI no longer serves the model ${name}. Use ${successor} in its place.`,
    { param: "model", provider: "assemblyai" },
  );
}

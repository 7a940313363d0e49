import { TranscriptionError } from "@earshot/core";
import { asRecord, asString } from "@earshot/provider-kit";
import type { Artifact } from "./artifact.ts";
import { publicUrl } from "./http-client.ts";
import type { InstallContext } from "./install-artifacts.ts";
import { readNpmSettings } from "./npm-settings.ts";

/** What could not be had, and where it was looked for. */
export interface FailedInstall {
  /** The subject of the sentence, such as `The model x`. */
  readonly what: string;
  readonly folder: string;
  readonly artifacts: readonly Artifact[];
  /** One sentence: what else the user can do. */
  readonly remedy: string;
  readonly context: InstallContext;
}

const registriesOf = async ({ artifacts, context }: FailedInstall): Promise<readonly string[]> => {
  try {
    const npm = await readNpmSettings(context);
    return artifacts.map(
      ({ packageName, version }) =>
        `${packageName}@${version} at ${publicUrl(npm.registryOf(packageName))}`,
    );
  } catch {
    return artifacts.map(({ packageName, version }) => `${packageName}@${version}`);
  }
};

const sentenceOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  return message.endsWith(".") ? message : `${message}.`;
};

/**
 * Turns a failed installation into an error that names every place that was tried and how to mend it.
 * A cancelled one stays as it is.
 */
export async function explainFailure(
  error: unknown,
  failed: FailedInstall,
): Promise<TranscriptionError> {
  const known = TranscriptionError.is(error) ? error : undefined;
  if (known?.code === "aborted" || known?.code === "timeout") return known;
  const fromDisk = known === undefined && asString(asRecord(error)?.["code"]) !== undefined;
  const remedy = fromDisk
    ? "Make room there, or set EARSHOT_CACHE_DIR to a folder that can be written to."
    : `Check \`npm config get registry\` and the proxy. ${failed.remedy}`;
  const places = [`the cache folder ${failed.folder}`, ...(await registriesOf(failed))].join("; ");
  return new TranscriptionError(
    known?.code ?? "internal",
    `${failed.what} could not be had: ${sentenceOf(error)} Tried: ${places}. ${remedy}`,
    { cause: error },
  );
}

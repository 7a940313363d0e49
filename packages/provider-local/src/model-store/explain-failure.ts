import { TranscriptionError } from "@earshot/core";
import { asRecord, asString } from "@earshot/provider-kit";
import { labelOf } from "./built-in-models.ts";
import { publicUrl } from "./http-client.ts";
import type { InstallPlan } from "./install-artifacts.ts";
import type { InstallContext } from "./install-context.ts";
import { readNpmSettings } from "./npm-settings.ts";

/** What is to be had, for the message when it cannot be. */
export interface WantedInstall extends InstallPlan {
  /** The subject of the sentence, such as `The model x`. */
  readonly what: string;
  /** One sentence: what else the user can do. */
  readonly remedy: string;
}

const sourcesOf = async (
  { artifacts }: WantedInstall,
  context: InstallContext,
): Promise<readonly string[]> => {
  try {
    const { registryOf } = await readNpmSettings(context);
    return artifacts.map(
      (artifact) => `${labelOf(artifact)} at ${publicUrl(registryOf(artifact.packageName))}`,
    );
  } catch {
    return artifacts.map(labelOf);
  }
};

const sentenceOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  return message.endsWith(".") ? message : `${message}.`;
};

/**
 * Does the work of an installation. When it fails, rejects with an error that names every place that
 * was tried and how to mend it; a cancelled one stays as it is.
 */
export async function explainFailure<T>(
  wanted: WantedInstall,
  context: InstallContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = TranscriptionError.is(error) ? error : undefined;
    if (known?.code === "aborted" || known?.code === "timeout") throw error;
    const fromDisk = known === undefined && asString(asRecord(error)?.["code"]) !== undefined;
    const sources = await sourcesOf(wanted, context);
    const places = [`the cache folder ${wanted.folder}`, ...sources].join("; ");
    throw new TranscriptionError(
      known?.code ?? "internal",
      `${wanted.what} could not be had: ${sentenceOf(error)} Tried: ${places}.`,
      {
        remedy: fromDisk
          ? "Make room there, or set EARSHOT_CACHE_DIR to a folder that can be written to."
          : `Check \`npm config get registry\` and the proxy. ${wanted.remedy}`,
        cause: error,
      },
    );
  }
}

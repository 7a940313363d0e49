import { join } from "node:path";
import type { OnProgress } from "./artifact.ts";
import { SAMPLE_RECORDING } from "./built-in-models.ts";
import { cacheFolder } from "./cache-folder.ts";
import { explainFailure } from "./explain-failure.ts";
import { installArtifacts } from "./install-artifacts.ts";
import { installContext } from "./store-options.ts";
import type { StoreOptions } from "./store-options.ts";

/** A short recording to try a transcription with. */
export interface Sample {
  readonly path: string;
  /** What is said in it, word for word. */
  readonly text: string;
  readonly licence: string;
}

const TEXT =
  "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";

const nothing: OnProgress = () => {};

/**
 * Makes sure of the sample recording: 11 s of English speech, 2 MB to fetch at first. Rejects with an
 * error that says where it was looked for.
 */
export async function ensureSample(
  options: StoreOptions = {},
  onProgress: OnProgress = nothing,
): Promise<Sample> {
  const context = installContext(options, onProgress);
  const folder = join(cacheFolder(context.environment), "samples");
  try {
    await installArtifacts({ folder, artifacts: [SAMPLE_RECORDING] }, context);
  } catch (error) {
    throw await explainFailure(error, {
      what: "The sample recording",
      folder,
      artifacts: [SAMPLE_RECORDING],
      remedy: "Use a recording of your own instead.",
      context,
    });
  }
  const [file] = SAMPLE_RECORDING.files;
  return { path: join(folder, file?.name ?? ""), text: TEXT, licence: SAMPLE_RECORDING.licence };
}

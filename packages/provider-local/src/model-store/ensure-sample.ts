import { join } from "node:path";
import { SAMPLE_RECORDING } from "./built-in-models.ts";
import { cacheFolder } from "./cache-folder.ts";
import { explainFailure, installArtifacts } from "./install-artifacts.ts";
import { installContext } from "./install-context.ts";
import type { OnProgress, StoreOptions } from "./install-context.ts";

/** A short recording to try a transcription with. */
export interface Sample {
  readonly path: string;
  /** What is said in it, word for word. */
  readonly text: string;
  readonly licence: string;
}

const TEXT =
  "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";

/**
 * Makes sure of the sample recording: 11 s of English speech, 2 MB to fetch at first. Rejects with an
 * error that says where it was looked for.
 */
export async function ensureSample(
  options: StoreOptions = {},
  onProgress?: OnProgress,
): Promise<Sample> {
  const context = installContext(options, onProgress);
  const wanted = {
    what: "The sample recording",
    folder: join(cacheFolder(context.environment), "samples"),
    artifacts: [SAMPLE_RECORDING],
    remedy: "Use a recording of your own instead.",
  };
  await explainFailure(wanted, context, () => installArtifacts(wanted, context));
  const [file] = SAMPLE_RECORDING.files;
  const path = join(wanted.folder, file?.name ?? "");
  return { path, text: TEXT, licence: SAMPLE_RECORDING.licence };
}

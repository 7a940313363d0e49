import type { DeploymentConfig } from "@earshot/config";
import { ensureModel, MODEL_TYPES } from "@earshot/provider-local";
import type { EnsureModelOptions, InstallProgress, StoreOptions } from "@earshot/provider-local";
import { isLocal, LOCAL_PREFIX } from "./is-local.ts";
import type { ProgressLine } from "./progress-line.ts";

const BYTES_PER_MEGABYTE = 1_000_000;

/** Which model the deployment uses, as the model store wants to be asked. */
const modelOf = ({ model, extra }: DeploymentConfig): EnsureModelOptions => {
  const modelDir = extra["model_dir"];
  const modelType = MODEL_TYPES.find((type) => type === extra["model_type"]);
  return {
    model: model.startsWith(LOCAL_PREFIX) ? model.slice(LOCAL_PREFIX.length) : model,
    ...(typeof modelDir === "string" && modelDir !== "" ? { modelDir } : {}),
    ...(modelType === undefined ? {} : { modelType }),
  };
};

/** The groups that only the local engine serves: asking them costs nothing. */
export function localGroups(deployments: readonly DeploymentConfig[]): readonly string[] {
  const groups = [...new Set(deployments.map(({ group }) => group))];
  return groups.filter(
    (group) =>
      !group.includes("*") &&
      deployments.filter((deployment) => deployment.group === group).every(isLocal),
  );
}

const distinct = (options: readonly EnsureModelOptions[]): readonly EnsureModelOptions[] => [
  ...new Map(options.map((option) => [JSON.stringify(option), option])).values(),
];

const inMegabytes = (bytes: number): string => (bytes / BYTES_PER_MEGABYTE).toFixed(1);

/** Shows a download of `what` in a progress line. */
export const showDownload =
  (progress: ProgressLine, what: string) =>
  ({ receivedBytes, totalBytes }: InstallProgress): void => {
    const note = `fetching ${what}, ${inMegabytes(receivedBytes)} of ${inMegabytes(totalBytes)} MB`;
    progress.report(receivedBytes / totalBytes, note);
  };

/**
 * Fetches every model of the local deployments that is not on this machine yet. Rejects with a
 * `TranscriptionError` that says where the model was looked for and what to do.
 */
export async function fetchLocalModels(
  deployments: readonly DeploymentConfig[],
  store: StoreOptions,
  progress: ProgressLine,
): Promise<void> {
  const models = deployments.filter(
    (deployment) => isLocal(deployment) && !deployment.model.includes("*"),
  );
  try {
    for (const model of distinct(models.map(modelOf)))
      await ensureModel({ ...store, ...model }, showDownload(progress, "the speech model"));
  } finally {
    progress.end();
  }
}

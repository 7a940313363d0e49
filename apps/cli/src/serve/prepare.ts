import { TranscriptionError } from "@earshot/core";
import { ensureSample } from "@earshot/provider-local";
import type { Sample, StoreOptions } from "@earshot/provider-local";
import type { CommandIo } from "../command-io.ts";
import { FailedCommand } from "../failed-command.ts";
import { isLocal } from "../is-local.ts";
import { fetchLocalModels, localGroups, showDownload } from "../local-models.ts";
import type { ProgressLine } from "../progress/progress-line.ts";
import type { Announcer } from "./announcer.ts";
import { checkItself } from "./self-check.ts";
import type { Serving } from "./serve.ts";

/** What the server does for itself while it already serves. */
export interface Preparation {
  readonly serving: Serving;
  readonly environment: CommandIo["environment"];
  readonly announcer: Announcer;
  readonly progress: ProgressLine;
  /** Fires when the server stops. */
  readonly signal: AbortSignal;
}

const fetchFiles = async (preparation: Preparation): Promise<Sample> => {
  const { serving, environment, progress, signal } = preparation;
  const store: StoreOptions = { environment, signal };
  await fetchLocalModels(serving.config.deployments, store, progress);
  try {
    return await ensureSample(store, showDownload(progress, "a sample recording"));
  } finally {
    progress.end();
  }
};

const curlFor = (serving: Serving, model: string, audioPath: string | undefined) => ({
  url: serving.proxy.url,
  model,
  audioPath,
  needsKey: serving.config.general.masterKey !== undefined,
});

const checkGroup = async (preparation: Preparation, group: string): Promise<void> => {
  const { serving, announcer, progress, signal } = preparation;
  const sample = await fetchFiles(preparation);
  const { masterKey } = serving.config.general;
  const { url } = serving.proxy;
  progress.busy("loading the speech model and transcribing a sample");
  const result = await checkItself({ url, model: group, masterKey, sample, signal }).finally(
    progress.end,
  );
  announcer.selfCheck(result, group);
  announcer.tryIt(curlFor(serving, group, sample.path));
};

const reasonOf = (error: unknown): string => {
  if (TranscriptionError.is(error) || error instanceof FailedCommand) return error.message;
  return error instanceof Error ? `${error.message} (${error.name})` : String(error);
};

/**
 * Fetches the models of the local engine, sends the sample recording through the server's own door
 * and says how to try it. Never rejects: what fails is told, and the server keeps running.
 */
export async function prepare(preparation: Preparation): Promise<void> {
  const { serving, announcer, signal } = preparation;
  const { deployments } = serving.config;
  const [group] = localGroups(deployments);
  try {
    if (group !== undefined) {
      await checkGroup(preparation, group);
      return;
    }
    // In a group with others the engine is only made ready: asking it might ask them, for money.
    const sample = deployments.some(isLocal) ? await fetchFiles(preparation) : undefined;
    announcer.tryIt(curlFor(serving, serving.gateway.models()[0]?.id ?? "MODEL", sample?.path));
  } catch (error) {
    if (signal.aborted) return;
    const others = serving.gateway.models().filter(({ providers }) => !providers.includes("local"));
    const rest =
      others.length === 0
        ? "The server keeps running and tries again with the first request."
        : `The server keeps running: ${others.map(({ id }) => id).join(", ")} are not affected.`;
    announcer.warn(`the self-check failed. ${reasonOf(error)} ${rest}`);
  }
}

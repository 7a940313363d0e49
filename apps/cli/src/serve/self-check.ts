import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { TranscriptionError } from "@earshot/core";
import { ensureSample } from "@earshot/provider-local";
import type { Sample, StoreOptions } from "@earshot/provider-local";
import { FailedCommand } from "../command-failure.ts";
import type { Environment } from "../command-io.ts";
import { isLocal } from "../is-local.ts";
import { fetchLocalModels, localGroups, showDownload } from "../local-models.ts";
import type { SelfCheckResult } from "./announcer.ts";
import type { ServeFlags } from "./serve-flags.ts";
import type { ServeOutput } from "./serve-output.ts";
import type { Serving } from "./serve.ts";

/** A server that already serves, how it was started, and where its news go. */
export interface StartedServer {
  readonly serving: Serving;
  readonly flags: ServeFlags;
  readonly environment: Environment;
  readonly output: ServeOutput;
}

const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}' ]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();

const textOf = (body: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    const known = typeof value === "object" && value !== null && "text" in value;
    return known && typeof value.text === "string" ? value.text : undefined;
  } catch {
    return undefined;
  }
};

/** Sends the sample through the server's own HTTP endpoint, as a client would. */
const transcribeSample = async (
  { proxy, config }: Serving,
  {
    model,
    sample,
    signal,
  }: { readonly model: string; readonly sample: Sample; readonly signal: AbortSignal },
): Promise<SelfCheckResult> => {
  const { masterKey } = config.general;
  const form = new FormData();
  form.set("model", model);
  form.set("file", new File([await readFile(sample.path)], basename(sample.path)));
  // As bytes: Node 24's fetch rejects with nobody to catch it when it is aborted while it reads a form
  // by itself.
  const encoded = new Response(form);
  const bytes = await encoded.arrayBuffer();
  const startedAtMs = performance.now();
  const response = await fetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: {
      "content-type": encoded.headers.get("content-type") ?? "",
      ...(masterKey === undefined ? {} : { authorization: `Bearer ${masterKey}` }),
    },
    body: bytes,
    signal,
  });
  const body = await response.text();
  const tookMs = performance.now() - startedAtMs;
  const text = response.ok ? textOf(body) : undefined;
  if (text === undefined)
    throw new FailedCommand(`the server answered its own request with ${response.status}: ${body}`);
  return { text, tookMs, wordForWord: wordsOf(text) === wordsOf(sample.text) };
};

const fetchFiles = async (
  { serving, environment, output: { progress } }: StartedServer,
  signal: AbortSignal,
): Promise<Sample> => {
  const store: StoreOptions = { environment, signal };
  await fetchLocalModels(serving.config.deployments, store, progress);
  try {
    return await ensureSample(store, showDownload(progress, "a sample recording"));
  } finally {
    progress.end();
  }
};

const reasonOf = (error: unknown): string => {
  if (TranscriptionError.is(error) || error instanceof FailedCommand) return error.message;
  return error instanceof Error ? `${error.message} (${error.name})` : String(error);
};

const warningOf = (error: unknown, { gateway }: Serving): string => {
  const others = gateway.models().filter(({ providers }) => !providers.includes("local"));
  const rest =
    others.length === 0
      ? "The server keeps running and tries again with the first request."
      : `The server keeps running: ${others.map(({ id }) => id).join(", ")} are not affected.`;
  return `the self-check failed. ${reasonOf(error)} ${rest}`;
};

/**
 * Fetches the models of the local engine, sends the sample recording through the server's own door
 * and says how to try it; the signal fires when the server stops. Never rejects: what fails is told,
 * and the server keeps running.
 */
export async function checkItself(server: StartedServer, signal: AbortSignal): Promise<void> {
  const { serving } = server;
  const { announcer, progress } = server.output;
  const { deployments, general } = serving.config;
  const [group] = localGroups(deployments);
  try {
    // In a group with others the engine is only made ready: asking it might ask them, for money.
    const sample = deployments.some(isLocal) ? await fetchFiles(server, signal) : undefined;
    if (group !== undefined && sample !== undefined) {
      progress.busy("loading the speech model and transcribing a sample");
      const checking = transcribeSample(serving, { model: group, sample, signal });
      announcer.selfCheck(await checking.finally(progress.end), group);
    }
    announcer.tryIt({
      url: serving.proxy.url,
      model: group ?? serving.gateway.models()[0]?.id ?? "MODEL",
      audioPath: sample?.path,
      needsKey: general.masterKey !== undefined,
    });
  } catch (error) {
    if (!signal.aborted) announcer.warn(warningOf(error, serving));
  }
}

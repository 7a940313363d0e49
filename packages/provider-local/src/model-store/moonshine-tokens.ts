import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { TranscriptionError } from "@earshot/core";
import { workerUrl } from "../engine/worker-url.ts";
import { areGenuine } from "./verified-files.ts";
import type { ExpectedFile } from "./verified-files.ts";

/** Moonshine's vocabulary as sherpa-onnx reads it. It is not in the package of the weights. */
export const MOONSHINE_TOKENS: ExpectedFile = {
  name: "tokens.txt",
  sizeBytes: 550_378,
  sha256: "faaf14321b7ab8d88d6d407ebf9e801a7768d0a50358ee7571a97d2ff834e03f",
};

const write = async (path: string): Promise<void> => {
  // In a thread of its own: unpacking LLaMA's vocabulary takes a third of a second.
  const url = workerUrl("model-store", "tokens-worker");
  await once(new Worker(url, { execArgv: [], workerData: path }), "exit");
};

const ensureIn = async (folder: string): Promise<string> => {
  const path = join(folder, MOONSHINE_TOKENS.name);
  if (await areGenuine(folder, [MOONSHINE_TOKENS])) return path;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await write(path);
  // The engine ends the process over a wrong vocabulary, so it is never trusted unseen.
  if (await areGenuine(folder, [MOONSHINE_TOKENS])) return path;
  throw new TranscriptionError(
    "internal",
    "The vocabulary made from llama-tokenizer-js is not Moonshine's. Install the version that Earshot names.",
  );
};

let temporary: Promise<string> | undefined;

/** One for the life of this process: nobody else can have made it, or can exchange what is in it. */
const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "earshot-tokens-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/**
 * Writes the vocabulary, made from that of LLaMA, unless the folder has it already; into a new
 * temporary folder where this one cannot be written to. Resolves with its path.
 */
export async function ensureMoonshineTokens(folder: string): Promise<string> {
  try {
    return await ensureIn(folder);
  } catch (error) {
    if (TranscriptionError.is(error)) throw error;
    return ensureIn(await (temporary ??= temporaryFolder()));
  }
}

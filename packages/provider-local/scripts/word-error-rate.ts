import { resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { fileFromPath } from "@earshot/audio";
import { silentLogger, systemClock } from "@earshot/core";
import type { ProviderContext, TranscriptionRequest } from "@earshot/core";
import { createLocalProvider, ensureModel } from "../src/index.ts";
import { readReferences } from "./read-references.ts";
import type { Reference } from "./read-references.ts";
import { countWordErrors, NORMALISATION } from "./word-errors.ts";

// Prints the word error rate of the local engine on a folder of recordings:
//   node packages/provider-local/scripts/word-error-rate.ts [folder]

const RECORDINGS = fileURLToPath(new URL("../../../../shared/audio/", import.meta.url));

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const context: ProviderContext = {
  signal: new AbortController().signal,
  clock: systemClock,
  random: Math.random,
  send: () => Promise.reject(new Error("The local provider makes no calls.")),
  logger: silentLogger,
};

const requestFor = async ({ path }: Reference): Promise<TranscriptionRequest> => ({
  audio: await fileFromPath(path),
  model: "moonshine-tiny-en",
  task: "transcribe",
  languages: [],
  prompt: undefined,
  keywords: [],
  temperature: undefined,
  responseFormat: "json",
  timestampGranularities: [],
  include: [],
  stream: false,
  chunkingStrategy: undefined,
  knownSpeakers: [],
  diarize: false,
  options: {},
});

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

const row = (...cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(9))).join(" ");

const folder = resolve(process.argv[2] ?? RECORDINGS);
const references = await readReferences(folder);
if (references.length === 0) {
  print(`There are no recordings with reference texts in ${folder}.`);
  print("Name a folder with a README.md that holds a table: file name first, its words last.");
  process.exit(1);
}

await ensureModel({}, ({ receivedBytes, totalBytes }) => {
  process.stderr.write(`\rFetching the model: ${percent(receivedBytes, totalBytes)}`);
});
const provider = createLocalProvider();
const loadStarted = performance.now();
await provider.preload();
print(`Model loaded in ${((performance.now() - loadStarted) / 1000).toFixed(2)} s.`);
print(`Compared as words: ${NORMALISATION}.\n`);
print(row("recording", "errors", "words", "WER", "length", "RTF"));

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const total = { errors: 0, words: 0, seconds: 0, workSeconds: 0 };
for (const reference of references) {
  const started = performance.now();
  const transcript = await provider.transcribe(await requestFor(reference), context);
  const workSeconds = (performance.now() - started) / 1000;
  const { errors, words } = countWordErrors(reference.text, transcript.text);
  const seconds = transcript.durationSeconds ?? 0;
  print(
    row(
      reference.name,
      String(errors),
      String(words),
      percent(errors, words),
      `${seconds.toFixed(1)} s`,
      (workSeconds / seconds).toFixed(3),
    ),
  );
  if (errors > 0) print(`    heard: ${transcript.text}`);
  total.errors += errors;
  total.words += words;
  total.seconds += seconds;
  total.workSeconds += workSeconds;
}
delay.disable();
print(
  row(
    "total",
    String(total.errors),
    String(total.words),
    percent(total.errors, total.words),
    `${total.seconds.toFixed(1)} s`,
    (total.workSeconds / total.seconds).toFixed(3),
  ),
);
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
print(`\nPeak memory of the process: ${peakMegabytes.toFixed(0)} MB.`);
print(`Longest hold of the event loop: ${(delay.max / 1e6).toFixed(1)} ms.`);
await provider.close();

// Measures uploads through Earshot, a bare pipe and other gateways in turn; writes
// `bench/results.json` and `docs/benchmarks.md`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchCases } from "./bench-case.ts";
import type { BenchCase } from "./bench-case.ts";
import { freePort, startChild } from "./child.ts";
import { measure, medianOf, startLoadGenerator } from "./measure.ts";
import type { Figures, LoadGenerator, Running } from "./measure.ts";
import { describeMachine, toMarkdown } from "./report.ts";
import type { Row } from "./report.ts";
import { findSubjects } from "./subjects.ts";
import type { Subject } from "./subjects.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    portkey: { type: "boolean", default: false },
    rounds: { type: "string" },
    /** Only cases whose name begins with this; such a run writes nothing. */
    only: { type: "string", default: "" },
    /** Writes a profile of Earshot's process into this folder; such a run writes nothing else. */
    "cpu-prof": { type: "string" },
  },
});

const root = join(import.meta.dirname, "..");
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
const profileFolder = options["cpu-prof"];
const nodeOptions =
  profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];

const WARM_UP_REQUESTS = options.quick ? 1200 : 3000;

/** Lets the engine of each subject compile what runs often, before anything counts. */
const warmUp = async (
  load: LoadGenerator,
  running: readonly Running[],
  [smallest]: readonly BenchCase[],
): Promise<void> => {
  if (smallest === undefined) return;
  const benchCase = { ...smallest, requests: WARM_UP_REQUESTS };
  for (const one of running) await measure(load, one, benchCase);
};

const measureCase = async (
  load: LoadGenerator,
  running: readonly Running[],
  benchCase: BenchCase,
): Promise<readonly Row[]> => {
  const found = new Map<Subject, Figures[]>(running.map(({ subject }) => [subject, []]));
  for (let round = 0; round < rounds; round++)
    for (const one of running) found.get(one.subject)?.push(await measure(load, one, benchCase));
  return [...found].map(([subject, figures]) => ({
    caseName: benchCase.name,
    subject: subject.name,
    figures: medianOf(figures),
  }));
};

const print = (rows: readonly Row[]): void => {
  const floor = rows[0]?.figures.cpuMs ?? Number.NaN;
  console.log(rows[0]?.caseName);
  for (const { subject, figures } of rows) {
    const { cpuMs, requestsPerSecond, p50Ms, peakMemoryMebibytes } = figures;
    const ratio = (cpuMs / floor).toFixed(2);
    console.log(
      `  ${subject.padEnd(8)} ${cpuMs.toFixed(2)} ms CPU (× ${ratio}), ${requestsPerSecond.toFixed(1)}/s, p50 ${p50Ms.toFixed(1)} ms, peak ${peakMemoryMebibytes.toFixed(0)} MiB`,
    );
  }
};

// Before the load of the benchmark itself.
const machine = describeMachine();
const upstreamPort = await freePort();
const subjects = findSubjects({ upstreamPort, portkey: options.portkey, nodeOptions });
const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
const stops: (() => Promise<void>)[] = [];
const rows: Row[] = [];
try {
  const mock = join(import.meta.dirname, "mock-upstream.ts");
  const upstream = await startChild([process.execPath, mock, String(upstreamPort)], upstreamPort);
  stops.push(() => upstream.stop());
  const running: Running[] = [];
  for (const subject of subjects) {
    const child = await subject.start(upstreamPort, folder);
    stops.push(() => child.stop());
    running.push({ subject, child });
  }
  const load = startLoadGenerator();
  stops.push(() => load.stop());
  const cases = benchCases(options.quick);
  await warmUp(load, running, cases);
  for (const benchCase of cases) {
    if (!benchCase.name.startsWith(options.only)) continue;
    const measured = await measureCase(load, running, benchCase);
    print(measured);
    rows.push(...measured);
  }
} finally {
  for (const stop of stops.toReversed()) await stop();
  rmSync(folder, { recursive: true, force: true });
}

if (options.only === "" && profileFolder === undefined) {
  const results = {
    date: new Date().toISOString().slice(0, 10),
    rounds,
    quick: options.quick,
    machine,
    versions: Object.fromEntries(subjects.map(({ name, version }) => [name, version])),
    rows,
  };
  writeFileSync(join(root, "bench/results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(root, "docs/benchmarks.md"), toMarkdown(results));
}

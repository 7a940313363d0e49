// Measures uploads through Earshot, a bare pipe and other gateways in turn; writes
// `bench/results.json` and `docs/benchmarks.md`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { throughputCases } from "./cases/throughput-case.ts";
import type { ThroughputCase } from "./cases/throughput-case.ts";
import { measureRound, measureThroughput } from "./cases/throughput.ts";
import type { ThroughputRow } from "./cases/throughput.ts";
import { startLoad } from "./load/load.ts";
import type { Load } from "./load/load.ts";
import { readOptions } from "./options.ts";
import { describeMachine, toMarkdown } from "./report.ts";
import { findSubjects } from "./subjects/find-subjects.ts";
import { REPOSITORY_ROOT } from "./subjects/repository.ts";
import { startSubject } from "./subjects/subject.ts";
import type { Running } from "./subjects/subject.ts";
import { startMock } from "./upstream/mock.ts";

const options = readOptions(process.argv.slice(2));
const { profileFolder } = options;
const nodeOptions =
  profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];

const WARM_UP_REQUESTS = options.quick ? 600 : 1500;

/** Lets the engine of each subject compile what runs often, before anything counts. */
const warmUp = async (
  load: Load,
  running: readonly Running[],
  cases: readonly ThroughputCase[],
): Promise<void> => {
  for (const one of running)
    for (const smallest of cases.slice(0, 2))
      await measureRound(load, one, { ...smallest, requests: WARM_UP_REQUESTS });
};

const print = (rows: readonly ThroughputRow[]): void => {
  console.log(rows[0]?.caseName);
  for (const { subject, figures, cpuRatio, failure, cpuSpreadMs } of rows) {
    if (figures === undefined) {
      console.log(`  ${subject.padEnd(8)} failed: ${failure}`);
      continue;
    }
    const { cpuMs, requestsPerSecond, p50Ms, peakMemoryMebibytes } = figures;
    const range = cpuSpreadMs?.map((ms) => ms.toFixed(cpuMs < 10 ? 3 : 1)).join("-");
    console.log(
      `  ${subject.padEnd(8)} ${cpuMs.toFixed(3)} ms CPU (× ${cpuRatio?.toFixed(2)}, ${range}), ${requestsPerSecond.toFixed(1)}/s, p50 ${p50Ms.toFixed(1)} ms, peak ${peakMemoryMebibytes.toFixed(0)} MiB`,
    );
  }
};

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => process.exit(signal === "SIGINT" ? 130 : 143));

// Before the load of the benchmark itself.
const machine = describeMachine();
const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const stops: (() => Promise<void>)[] = [];
const rows: ThroughputRow[] = [];
const mock = await startMock();
stops.push(() => mock.stop());
const { subjects, leftOut } = findSubjects({ ...options, upstreamPort: mock.port, nodeOptions });
try {
  const running: Running[] = [];
  for (const subject of subjects) {
    const one = await startSubject(subject, { upstreamPort: mock.port, folder });
    stops.push(() => one.stop());
    running.push(one);
  }
  const load = await startLoad();
  stops.push(() => load.stop());
  const cases = throughputCases(options.quick);
  await warmUp(load, running, cases);
  for (const throughputCase of cases) {
    if (!throughputCase.name.startsWith(options.only)) continue;
    const context = { load, running, rounds: options.rounds };
    const measured = await measureThroughput(context, throughputCase);
    print(measured);
    rows.push(...measured);
  }
} finally {
  for (const stop of stops.toReversed()) await stop();
}

if (options.only === "" && profileFolder === undefined) {
  const results = {
    date: new Date().toISOString().slice(0, 10),
    rounds: options.rounds,
    quick: options.quick,
    machine,
    versions: Object.fromEntries(subjects.map(({ name, version }) => [name, version])),
    leftOut,
    rows,
  };
  const json = `${JSON.stringify(results, undefined, 2)}\n`;
  writeFileSync(join(REPOSITORY_ROOT, "bench/results.json"), json);
  writeFileSync(join(REPOSITORY_ROOT, "docs/benchmarks.md"), toMarkdown(results));
}

// Measures uploads through Earshot, a bare pipe and other gateways in turn; writes
// `bench/results.json`, `docs/benchmarks.md` and `docs/charts`.
import { existsSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type as systemType } from "node:os";
import { resolve } from "node:path";
import { withBench } from "./cases/bench.ts";
import { runCases } from "./cases/run-cases.ts";
import { runCi } from "./ci.ts";
import { runHolds } from "./holds/run-holds.ts";
import { readOptions } from "./options.ts";
import type { BenchOptions } from "./options.ts";
import { claimsOf } from "./report/claims.ts";
import type { Results } from "./report/results.ts";
import { printSection } from "./report/table.ts";
import { claimsTable } from "./report/tables.ts";
import { writeReport } from "./report/write-report.ts";
import { REPOSITORY_ROOT } from "./subjects/repository.ts";

/** One line about the machine and how busy it is. */
function describeMachine(): string {
  const [first, ...others] = cpus();
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const cores = others.length + 1;
  const load = loadavg()[0]?.toFixed(1) ?? "unknown";
  return `${cores} × ${first?.model.trim() ?? "unknown"}, ${gibibytes} GiB, ${systemType()} ${release()}, Node ${process.version}, load average before the run ${load}`;
}

// Whatever was started ends when this process does.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(signal, () => process.exit(code));

const runAll = async (options: BenchOptions): Promise<void> => {
  const { profileFolder, only, quick, rounds, against } = options;
  // Before the load of the benchmark itself.
  const machine = describeMachine();
  const nodeOptions =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const isWanted = (caseName: string): boolean => caseName.startsWith(only);
  const settings = { ...options, nginx: against === undefined, nodeOptions, isWanted };
  const results = await withBench(settings, async ({ bench, leftOut }): Promise<Results> => {
    const { findings, broken } = await runCases(bench, options);
    const subjects = bench.running.map(({ subject }) => subject);
    return {
      date: new Date().toISOString().slice(0, 10),
      rounds,
      quick,
      machine,
      versions: Object.fromEntries(subjects.map(({ name, version }) => [name, version])),
      leftOut: { ...leftOut, ...broken },
      ...findings,
    };
  });
  printSection("What this says", claimsTable(claimsOf(results)));
  if (only === "" && profileFolder === undefined && against === undefined)
    writeReport(REPOSITORY_ROOT, results);
};

const runShort = async ({ rounds }: BenchOptions): Promise<void> => {
  const others = { nginx: false, portkey: false, litellm: false, against: undefined };
  const participants = { ...others, nodeOptions: [] };
  const settings = { ...participants, rounds, quick: true, isWanted: () => true };
  const problems = await withBench(settings, ({ bench }) => runCi(bench));
  for (const problem of problems) console.error(`- ${problem}`);
  if (problems.length === 0) console.log("benchmark: nothing is far off");
  else process.exitCode = 1;
};

const measureHolds = async ({ only, checkout }: BenchOptions): Promise<void> => {
  const problems = await runHolds({ only, checkout: resolve(checkout) });
  for (const problem of problems) console.error(`- ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
};

const options = readOptions(process.argv.slice(2));
if (options.holds) await measureHolds(options);
else if (!existsSync("/proc/self/task"))
  console.log("benchmark: left out, as only Linux tells what a process uses");
else await (options.ci ? runShort(options) : runAll(options));

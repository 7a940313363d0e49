import { MEBIBYTE, reasonOf, withFresh } from "./cases/bench.ts";
import type { Bench } from "./cases/bench.ts";
import { measureMemory } from "./cases/memory.ts";
import { measureThroughput, throughputCases } from "./cases/throughput.ts";
import type { ThroughputRow } from "./cases/throughput.ts";
import { CPU_TARGETS, MEMORY_TARGET_MEBIBYTES } from "./report/claims.ts";
import { printSection, short } from "./report/table.ts";
import { throughputTable } from "./report/tables.ts";

/** A machine of CI is small and busy: only what is far off is worth a failure. */
const CPU_TOLERANCE = 3;
const MEMORY_TOLERANCE = 2;

const CASES: ReadonlySet<string> = new Set([
  "64 KiB × 16, model first",
  "64 KiB × 16, file first",
  "25 MiB × 4, model first",
  "25 MiB × 4, file first",
]);

/** One sentence for each figure that is far off. */
export function farOff(rows: readonly ThroughputRow[]): readonly string[] {
  return rows
    .filter(({ subject }) => subject === "Earshot")
    .flatMap(({ caseName, cpuRatio, failure }) => {
      if (failure !== undefined) return [`${caseName} failed: ${failure}`];
      const target = CPU_TARGETS[caseName];
      if (target === undefined || cpuRatio === undefined) return [];
      if (cpuRatio <= target * CPU_TOLERANCE) return [];
      return [
        `${caseName} takes ${cpuRatio.toFixed(2)} × the CPU time of the pipe; ${target} × is the target. Look closer: pnpm bench --only "${caseName}" --cpu-prof profiles`,
      ];
    });
}

const checkMemory = async (bench: Bench, first: "model" | "file"): Promise<readonly string[]> => {
  const name = `memory, 16 × 25 MiB, ${first} first`;
  const memoryCase = { name, clients: 16, audioBytes: 25 * MEBIBYTE, first };
  try {
    const { peakMebibytes } = await withFresh(bench, bench.earshot({}), (one) =>
      measureMemory(bench, one, memoryCase),
    );
    printSection(name, `Earshot: peak ${short(peakMebibytes)} MiB`);
    if (peakMebibytes <= MEMORY_TARGET_MEBIBYTES * MEMORY_TOLERANCE) return [];
    return [
      `${name}: ${short(peakMebibytes)} MiB; ${MEMORY_TARGET_MEBIBYTES} MiB is the target. Look closer: pnpm bench --only memory`,
    ];
  } catch (error) {
    return [`${name} failed: ${reasonOf(error)}`];
  }
};

/** Runs the pipe and Earshot and gives back what is far off; nothing when all is well. */
export async function runCi(bench: Bench): Promise<readonly string[]> {
  const rows: ThroughputRow[] = [];
  for (const one of throughputCases(true).filter(({ name }) => CASES.has(name))) {
    const measured = await measureThroughput(bench, one);
    printSection(one.name, throughputTable(measured));
    rows.push(...measured);
  }
  const memory = [...(await checkMemory(bench, "model")), ...(await checkMemory(bench, "file"))];
  return [...farOff(rows), ...memory];
}

import { toSvg } from "./bar-chart.ts";
import type { Bar, BarGroup } from "./bar-chart.ts";
import type { Results } from "./results.ts";
import { short } from "./table.ts";

/** A file below `docs/charts`. */
export interface Chart {
  readonly fileName: string;
  /** For who cannot see it. */
  readonly description: string;
  readonly svg: string;
}

interface NamedBar {
  readonly caseName: string;
  readonly bar: Bar;
}

const toGroups = (bars: readonly NamedBar[]): readonly BarGroup[] =>
  [...Map.groupBy(bars, ({ caseName }) => caseName)].map(([label, named]) => ({
    label,
    bars: named.map(({ bar }) => bar),
  }));

const cpuBars = ({ throughput }: Results): readonly NamedBar[] =>
  throughput.flatMap(({ caseName, subject, figures, cpuRatio }) => {
    if (figures === undefined) return [];
    const ratio = cpuRatio === undefined ? "" : ` (${cpuRatio.toFixed(2)} × pipe)`;
    const text = `${short(figures.cpuMs)} ms${ratio}`;
    const isOwn = subject === "Earshot";
    return [{ caseName, bar: { label: subject, value: figures.cpuMs, text, isOwn } }];
  });

const memoryBars = ({ memory }: Results): readonly NamedBar[] =>
  memory.flatMap(({ caseName, subject, figures }) => {
    if (figures === undefined) return [];
    const value = figures.peakMebibytes;
    const isOwn = subject === "Earshot";
    const label = caseName.replace("memory, ", "");
    return [
      { caseName: label, bar: { label: subject, value, text: `${short(value)} MiB`, isOwn } },
    ];
  });

/** Those that the results have bars for. */
export function chartsOf(results: Results): readonly Chart[] {
  const charts = [
    {
      fileName: "cpu.svg",
      title: "CPU time of the gateway for each request (less is better)",
      bars: cpuBars(results),
    },
    {
      fileName: "memory.svg",
      title: "Peak memory of the gateway, uploads at once (less is better)",
      bars: memoryBars(results),
    },
  ];
  return charts
    .filter(({ bars }) => bars.length > 0)
    .map(({ fileName, title, bars }) => ({
      fileName,
      description: title,
      svg: toSvg({ title, groups: toGroups(bars) }),
    }));
}

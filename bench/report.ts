import { cpus, loadavg, totalmem, type as systemType, release } from "node:os";
import type { ThroughputRow } from "./cases/throughput.ts";

/** Everything that a run found. */
export interface Results {
  readonly date: string;
  readonly rounds: number;
  readonly quick: boolean;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly leftOut: Readonly<Record<string, string>>;
  readonly rows: readonly ThroughputRow[];
}

/** One line about the machine and how busy it is. */
export function describeMachine(): string {
  const [first, ...others] = cpus();
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const cores = others.length + 1;
  return `${cores} × ${first?.model.trim() ?? "unknown"}, ${gibibytes} GiB, ${systemType()} ${release()}, Node ${process.version}, load average ${loadavg()[0]?.toFixed(1) ?? "unknown"}`;
}

const COLUMNS = [
  "gateway",
  "requests/s",
  "p50 ms",
  "p99 ms",
  "CPU ms/request",
  "× pipe",
  "peak MiB",
] as const;

/** Columns padded, so that the formatter of this repository leaves the table as it is. */
const toTable = (rows: readonly (readonly string[])[]): string => {
  const widths = COLUMNS.map((column, index) =>
    Math.max(column.length, 3, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(COLUMNS), rule, ...rows.map(line)].join("\n");
};

const short = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

const tableOf = (rows: readonly ThroughputRow[]): string =>
  toTable(
    rows.map(({ subject, figures, cpuRatio, failure }) =>
      figures === undefined
        ? [subject, `failed: ${failure}`, "", "", "", "", ""]
        : [
            subject,
            short(figures.requestsPerSecond),
            short(figures.p50Ms),
            short(figures.p99Ms),
            short(figures.cpuMs),
            cpuRatio?.toFixed(2) ?? "",
            short(figures.peakMemoryMebibytes),
          ],
    ),
  );

/** The page of benchmarks, tables included. */
export function toMarkdown(results: Results): string {
  const cases = [...new Set(results.rows.map(({ caseName }) => caseName))];
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`);
  const tables = cases.map(
    (name) =>
      `## ${name}\n\n${tableOf(results.rows.filter(({ caseName }) => caseName === name))}\n`,
  );
  return `# Benchmarks

What a gateway adds to an upload. \`pnpm bench\` measures again on your machine and writes this page and
\`bench/results.json\`; \`pnpm bench --quick\` takes less than a minute, \`--portkey\` adds Portkey's
gateway, and nginx takes part where it is installed.

**How.** Clients on kept-alive connections upload the same prebuilt forms of noise in a WAV file through
each gateway to a mock provider that throws them away. Load, gateway and mock are a process each, on
loopback. The gateways take turns, round by round; a figure is the median of its rounds. "CPU" is user
and system time of the gateway's process, all threads; "× pipe" compares it to a bare Node pipe that
reads nothing and is the floor for a gateway in Node. A case is named after the size of the audio, the
number of clients and the part of the form that comes first.

Load, mock and gateway share the cores, so requests a second and latencies compare the gateways of one
run with each other and say nothing about another machine. CPU time is the figure to go by.

**Not measured yet:** 64 uploads at once, slow clients and slow upstreams, the time to the first byte
upstream, several workers, LiteLLM's proxy, and 100,000 requests in a row.

${results.date}, ${results.rounds} rounds${results.quick ? " of a quick run" : ""}, ${results.machine}.
${versions.join(", ")}.

${tables.join("\n")}`;
}

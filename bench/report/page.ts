import { SLOW_CLIENT } from "../cases/slow-client.ts";
import { SLOW_UPSTREAM } from "../cases/slow-upstream.ts";
import { chartsOf } from "./charts.ts";
import { claimsOf } from "./claims.ts";
import { HOW_IT_IS_MEASURED, LIMITS_OF_THE_METHOD } from "./method.ts";
import type { Results } from "./results.ts";
import { inCell } from "./table.ts";
import * as tables from "./tables.ts";

const byCase = <R extends { readonly caseName: string }>(
  rows: readonly R[],
  toTable: (rows: readonly R[]) => string,
): string =>
  [...Map.groupBy(rows, ({ caseName }) => caseName)]
    .map(([name, ofCase]) => `### ${name}\n\n${toTable(ofCase)}\n`)
    .join("\n");

const chart = (results: Results, fileName: string): string => {
  const found = chartsOf(results).find((one) => one.fileName === fileName);
  return found === undefined ? "" : `![${found.description}](charts/${fileName})\n\n`;
};

const MEBIBYTE = 1024 * 1024;

const throughput = (results: Results): string => `## Throughput

${chart(results, "cpu.svg")}${byCase(results.throughput, tables.throughputTable)}`;

const memory = (results: Results): string => `## Memory

That many uploads at once, each by a client of its own; the gateway was started anew and got some small
uploads before.

${chart(results, "memory.svg")}${byCase(results.memory, tables.memoryTable)}`;

const latency = (results: Results): string => `## Added latency

${results.latency[0]?.requests ?? 0} requests through each gateway, one at a time, in turn with as many
straight to the upstream.

${byCase(results.latency, tables.latencyTable)}`;

const slowClient = (results: Results): string => `## A slow client

It sends ${SLOW_CLIENT.form.audioBytes / MEBIBYTE} MiB, ${SLOW_CLIENT.pieceBytes / 1024} KiB every ${SLOW_CLIENT.everyMs} ms, the model ahead of the file. "First byte": from when the client
has written the model, the head of the file and its first KiB, together as clients do, to the first byte
that the upstream gets. "First audio": from there to the first audio upstream. Medians of ${results.slowClient[0]?.runs.length ?? 0}.

${tables.slowClientTable(results.slowClient)}
`;

const slowUpstream = (results: Results): string => `## A slow upstream

It reads ${SLOW_UPSTREAM.bytesPerSecond / MEBIBYTE} MiB a second; one fast client uploads ${SLOW_UPSTREAM.form.audioBytes / MEBIBYTE} MiB. "Taken": when the client had got rid of its last byte;
the kernel's buffers on both sides take several MiB at once. "Small": the median of uploads of
64 KiB without the large one and beside it; the upstream reads those at full speed.

${tables.slowUpstreamTable(results.slowUpstream)}
`;

const workers = ({ workers: found }: Results): string => {
  if (found === undefined) return "";
  const held =
    found.coreShareOfWorker === undefined
      ? `The machine gave no way to hold the workers to a share of a core: load and mock compete with them,
so only the work for each CPU second and how evenly it was shared say something.`
      : `Every worker is held to ${found.coreShareOfWorker * 100} % of a core by a control group, with one worker and with
two, so that the gateway is what everybody waits for while load and mock have the rest of the cores.
The process that starts the workers is not held, but its CPU time counts.`;
  const table = found.failure === undefined ? tables.workersTable(found) : inCell(found.failure);
  return `## More workers

64 KiB from 16 clients, model first, one worker and two in turn.
${held}

${table}
`;
};

const soak = ({ soak: found }: Results): string => {
  if (found === undefined) return "";
  return `## Many requests in a row

64 KiB from 16 clients, both orders in turn, every 500th one of 3 MiB with the file first, so that it is
spooled; ${found.requestsPerSecond.toFixed(0)} requests a second. The first and the last line are after twelve idle seconds. Names left in
the spool folder: ${found.spooledFiles.length}. Sockets open before the first request: ${found.socketsBefore}.

${tables.soakTable(found)}
`;
};

const sections = (results: Results): readonly string[] => [
  ...(results.throughput.length > 0 ? [throughput(results)] : []),
  ...(results.memory.length > 0 ? [memory(results)] : []),
  ...(results.latency.length > 0 ? [latency(results)] : []),
  ...(results.slowClient.length > 0 ? [slowClient(results)] : []),
  ...(results.slowUpstream.length > 0 ? [slowUpstream(results)] : []),
  workers(results),
  soak(results),
];

const leftOut = ({ leftOut: reasons }: Results): string => {
  const lines = Object.entries(reasons).map(([name, reason]) => `- ${name}: ${inCell(reason)}`);
  return lines.length === 0 ? "" : `Left out of this run:\n\n${lines.join("\n")}\n\n`;
};

/** The page of benchmarks. */
export function toMarkdown(results: Results): string {
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`);
  return `# Benchmarks

What a gateway adds to an upload. \`pnpm bench --portkey --litellm --soak\` measures again on your machine
and writes this page, its charts and \`bench/results.json\`, which holds every round.

${results.date}, ${results.rounds} ${results.rounds === 1 ? "round" : "rounds"}${results.quick ? " of a quick run" : ""}, ${results.machine}.

${versions.join(", ")}.

${leftOut(results)}## What this says

${tables.claimsTable(claimsOf(results))}

${sections(results)
  .filter((section) => section !== "")
  .join("\n")}
## How it is measured

${HOW_IT_IS_MEASURED}
## Limits of the method

${LIMITS_OF_THE_METHOD}`;
}

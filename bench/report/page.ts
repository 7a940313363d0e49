import { SLOW_CLIENT } from "../cases/slow-client.ts";
import { SLOW_UPSTREAM } from "../cases/slow-upstream.ts";
import { chartsOf } from "./charts.ts";
import { claimsOf } from "./claims.ts";
import type { Results } from "./results.ts";
import { inCell } from "./table.ts";
import * as tables from "./tables.ts";

/** For the page of benchmarks, in Markdown. */
const HOW_IT_IS_MEASURED = `- Clients on kept-alive connections upload the same prebuilt forms of noise in a WAV file through each
  gateway to a mock provider that counts the bytes, throws them away and answers with their number;
  every answer is checked for it. Load, gateway and mock are a process each, on loopback, and all
  clients write from one buffer.
- A case is named after the size of the audio, the number of clients and the part of the form that
  comes first. The gateways take turns, round by round; a figure is the median of its rounds; the cases
  of 64 large uploads at once have at most three.
- The bare pipe is a gateway in Node that reads nothing and pipes both ways: the floor for what is
  written in Node. "× pipe" is the ratio of CPU times in the same round, and of those the median, because
  the speed of a machine drifts between rounds.
- "CPU" is user and system time of the gateway's processes, all threads and children, in nanoseconds as
  the scheduler counts them. "Peak" is the most resident memory, of several processes added up.
- Every gateway runs as one process: Earshot with \`--workers 1\`, nginx without a master, LiteLLM with one
  worker, without a database and telemetry. Portkey runs with the versions of its own lock file.
  LiteLLM gets a twentieth of the requests in the cases of 64 KiB and 1 MiB, Portkey half of them.
- A gateway that answers wrongly, or not within five minutes, gets a line that says so and is started
  anew.
`;

/** For the page of benchmarks, in Markdown. */
const LIMITS_OF_THE_METHOD = `- Load, mock and gateway share the cores, so requests a second and latencies compare the gateways of one
  run with each other and say nothing about another machine. CPU time is the figure to go by.
- Loopback has no losses and next to no latency; TLS is not part of it.
- The mock answers at once. A real provider takes seconds, during which a gateway has nothing to do
  but hold a connection.
- Spooled audio that the kernel keeps in its page cache does not count as memory of the gateway, nor
  do the buffers of sockets. A spool folder in a file system that lives in memory takes memory too.
- The pipe and nginx read no form, check no key, choose no deployment and write no log; they show the
  price of moving the bytes, not of a gateway.
`;

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

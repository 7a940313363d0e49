import type { LatencyRow } from "../cases/latency.ts";
import type { MemoryRow } from "../cases/memory.ts";
import type { SlowClientRow } from "../cases/slow-client.ts";
import type { SlowUpstreamRow } from "../cases/slow-upstream.ts";
import type { SoakResult } from "../cases/soak.ts";
import type { ThroughputRow } from "../cases/throughput.ts";
import { medianShares } from "../cases/workers.ts";
import type { WorkersResult, WorkersRound } from "../cases/workers.ts";
import { median } from "../statistics.ts";
import type { Claim } from "./claims.ts";
import { inCell, short, toTable } from "./table.ts";

const reached = (claim: Claim): string => {
  if (claim.reached === undefined) return "–";
  return claim.reached ? "yes" : "**no**";
};

/** What is wanted, what was measured. */
export function claimsTable(claims: readonly Claim[]): string {
  return toTable(
    ["figure", "measured", "target", "reached"],
    claims.map((claim) => [
      claim.figure,
      claim.measured ?? "not measured",
      claim.target,
      reached(claim),
    ]),
  );
}

/** One case of throughput. */
export function throughputTable(rows: readonly ThroughputRow[]): string {
  return toTable(
    ["gateway", "requests/s", "p50 ms", "p99 ms", "CPU ms/request", "× pipe", "peak MiB"],
    rows.map(({ subject, figures, cpuRatio, failure }) =>
      figures === undefined
        ? [subject, inCell(`failed: ${failure}`)]
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
}

/** One case of memory. */
export function memoryTable(rows: readonly MemoryRow[]): string {
  return toTable(
    ["gateway", "peak MiB", "before MiB", "seconds"],
    rows.map(({ subject, figures, failure }) =>
      figures === undefined
        ? [subject, inCell(failure)]
        : [
            subject,
            short(figures.peakMebibytes),
            short(figures.idleMebibytes),
            short(figures.seconds),
          ],
    ),
  );
}

/** One case of latency. */
export function latencyTable(rows: readonly LatencyRow[]): string {
  return toTable(
    ["gateway", "p50 added ms", "p50 ms", "p50 direct ms", "p99 ms"],
    rows.map(({ subject, figures, failure }) =>
      figures === undefined
        ? [subject, inCell(failure)]
        : [
            subject,
            figures.addedMs.toFixed(2),
            figures.p50Ms.toFixed(2),
            figures.directP50Ms.toFixed(2),
            figures.p99Ms.toFixed(2),
          ],
    ),
  );
}

/** Every subject with a slow client. */
export function slowClientTable(rows: readonly SlowClientRow[]): string {
  return toTable(
    ["gateway", "first byte ms", "first audio ms", "upload ms", "answer after upload ms"],
    rows.map(({ subject, figures, failure }) =>
      figures === undefined
        ? [subject, inCell(failure)]
        : [
            subject,
            short(figures.firstByteMs),
            short(figures.firstAudioMs),
            short(figures.uploadMs),
            short(figures.answerMs),
          ],
    ),
  );
}

/** Every subject in front of a slow upstream. */
export function slowUpstreamTable(rows: readonly SlowUpstreamRow[]): string {
  return toTable(
    [
      "gateway",
      "memory grew by MiB",
      "taken after s",
      "answered after s",
      "small alone ms",
      "beside ms",
    ],
    rows.map(({ subject, figures, failure }) =>
      figures === undefined
        ? [subject, inCell(failure)]
        : [
            subject,
            short(figures.growthMebibytes),
            short(figures.acceptedSeconds),
            short(figures.answeredSeconds),
            short(figures.smallAloneMs),
            short(figures.smallBesideMs),
          ],
    ),
  );
}

const workersLine = (name: string, rounds: readonly WorkersRound[]): readonly string[] => {
  const perSecond = median(rounds.map(({ requestsPerSecond }) => requestsPerSecond));
  const cpuMs = median(rounds.map((round) => round.cpuMs));
  const starterCpuMs = median(rounds.map((round) => round.starterCpuMs));
  const shares = medianShares(rounds).map((share) => `${(share * 100).toFixed(0)} %`);
  return [
    name,
    short(perSecond),
    short(cpuMs),
    short(starterCpuMs),
    short(1000 / cpuMs),
    shares.join(" / "),
  ];
};

/** One worker beside two. */
export function workersTable({ one, two }: WorkersResult): string {
  return toTable(
    [
      "workers",
      "requests/s",
      "CPU ms/request",
      "of it the starter",
      "requests/CPU second",
      "work of each",
    ],
    [workersLine("1", one), workersLine("2", two)],
  );
}

/** What is held after so many requests. */
export function soakTable({ samples }: SoakResult): string {
  return toTable(
    ["requests", "memory MiB", "open sockets", "open deleted files"],
    samples.map(({ requests, mebibytes, sockets, deletedFiles }) => [
      requests.toLocaleString("en"),
      short(mebibytes),
      String(sockets),
      String(deletedFiles),
    ]),
  );
}

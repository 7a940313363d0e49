import type { ThroughputRow } from "../cases/throughput.ts";
import { medianRatio } from "../statistics.ts";
import type { Results } from "./results.ts";
import { short } from "./table.ts";

/** A figure that this project wants to reach. */
export interface Claim {
  readonly figure: string;
  /** Undefined when this run did not measure it. */
  readonly measured: string | undefined;
  readonly target: string;
  readonly reached: boolean | undefined;
}

/** Most CPU time a request compared to the bare pipe, by the name of the case. */
export const CPU_TARGETS: Readonly<Record<string, number>> = {
  "64 KiB × 16, model first": 1.6,
  "64 KiB × 16, file first": 2,
  "25 MiB × 4, model first": 1.4,
  "25 MiB × 4, file first": 2,
  "25 MiB × 64, model first": 1.4,
  "25 MiB × 64, file first": 2,
};

/** However many uploads at once, and however large. */
export const MEMORY_TARGET_MEBIBYTES = 200;

const SHARE_OF_PORTKEY = 1 / 6;
const ADDED_LATENCY_MS = 1;
const FIRST_BYTE_MS = 20;
const SECOND_WORKER = 1.7;
const SOAK_GROWTH = 1.1;

interface Bound {
  readonly figure: string;
  readonly value: number | undefined;
  readonly show: (value: number) => string;
  readonly target: string;
  readonly holds: (value: number) => boolean;
}

const toClaim = ({ figure, value, show, target, holds }: Bound): Claim => ({
  figure,
  measured: value === undefined ? undefined : show(value),
  target,
  reached: value === undefined ? undefined : holds(value),
});

const ofEarshot = <R extends { readonly subject: string }>(
  rows: readonly R[],
  matches: (row: R) => boolean = () => true,
): R | undefined => rows.find((row) => row.subject === "Earshot" && matches(row));

const cpuClaims = ({ throughput }: Results): readonly Claim[] =>
  Object.entries(CPU_TARGETS).map(([name, most]) =>
    toClaim({
      figure: `CPU a request, ${name}`,
      value: ofEarshot(throughput, ({ caseName }) => caseName === name)?.cpuRatio,
      show: (ratio) => `${ratio.toFixed(2)} × pipe`,
      target: `at most ${most} × pipe`,
      holds: (ratio) => ratio <= most,
    }),
  );

const cpuOf = (rows: readonly ThroughputRow[], name: string, subject: string): readonly number[] =>
  rows
    .filter((row) => row.caseName === name && row.subject === subject)
    .flatMap(({ rounds }) => rounds.map(({ cpuMs }) => cpuMs));

const portkeyClaim = ({ throughput }: Results): Claim => {
  const [name = ""] = Object.keys(CPU_TARGETS);
  const portkey = cpuOf(throughput, name, "Portkey");
  return toClaim({
    figure: `CPU a request, ${name}`,
    value: medianRatio(cpuOf(throughput, name, "Earshot"), portkey),
    show: (ratio) => `${ratio.toFixed(2)} × Portkey`,
    target: "at most 0.17 × Portkey (a sixth)",
    holds: (ratio) => ratio <= SHARE_OF_PORTKEY,
  });
};

const memoryClaims = ({ memory }: Results): readonly Claim[] =>
  memory
    .filter(({ subject }) => subject === "Earshot")
    .map(({ caseName, figures }) =>
      toClaim({
        figure: `peak ${caseName}`,
        value: figures?.peakMebibytes,
        show: (peak) => `${short(peak)} MiB`,
        target: `at most ${MEMORY_TARGET_MEBIBYTES} MiB`,
        holds: (peak) => peak <= MEMORY_TARGET_MEBIBYTES,
      }),
    );

const latencyClaims = ({ latency }: Results): readonly Claim[] =>
  latency
    .filter(({ subject }) => subject === "Earshot")
    .map(({ caseName, figures }) =>
      toClaim({
        figure: `added ${caseName}, p50`,
        value: figures?.addedMs,
        show: (added) => `${added.toFixed(2)} ms`,
        target: `at most ${ADDED_LATENCY_MS} ms`,
        holds: (added) => added <= ADDED_LATENCY_MS,
      }),
    );

const slowClientClaim = ({ slowClient }: Results): Claim => {
  const figures = ofEarshot(slowClient)?.figures;
  const isEarly = figures !== undefined && figures.firstByteMs < figures.uploadMs / 2;
  return toClaim({
    figure: "first byte upstream, slow client, after the model is known",
    value: figures?.firstByteMs,
    show: (ms) => `${short(ms)} ms of an upload of ${short((figures?.uploadMs ?? 0) / 1000)} s`,
    target: `within ${FIRST_BYTE_MS} ms`,
    holds: (ms) => ms <= FIRST_BYTE_MS && isEarly,
  });
};

const workersClaim = ({ workers }: Results): Claim =>
  toClaim({
    figure: "requests a second, two workers",
    value: workers?.ratio,
    show: (ratio) => `${ratio.toFixed(2)} × one`,
    target: `at least ${SECOND_WORKER} × one`,
    holds: (ratio) => ratio >= SECOND_WORKER,
  });

const count = (requests: number | undefined, usual: string): string =>
  requests?.toLocaleString("en") ?? usual;

const soakClaims = ({ soak }: Results): readonly Claim[] => {
  const [first, last] = [soak?.samples[0], soak?.samples.at(-1)];
  const [all, some] = [count(last?.requests, "100,000"), count(first?.requests, "10,000")];
  return [
    toClaim({
      figure: `memory after ${all} requests`,
      value: first && last ? last.mebibytes / first.mebibytes : undefined,
      show: (ratio) => `${ratio.toFixed(2)} × that after ${some}`,
      target: `at most ${SOAK_GROWTH.toFixed(2)} ×`,
      holds: (ratio) => ratio <= SOAK_GROWTH,
    }),
    toClaim({
      figure: `files left in the spool folder after ${all} requests`,
      value: soak && last ? soak.spooledFiles.length + last.deletedFiles : undefined,
      show: String,
      target: "0",
      holds: (files) => files === 0,
    }),
  ];
};

/** What this project wants, and what the run says about it. */
export function claimsOf(results: Results): readonly Claim[] {
  const [smallModelFirst, ...otherCpu] = cpuClaims(results);
  return [
    ...(smallModelFirst === undefined ? [] : [smallModelFirst]),
    portkeyClaim(results),
    ...otherCpu,
    ...memoryClaims(results),
    ...latencyClaims(results),
    slowClientClaim(results),
    workersClaim(results),
    ...soakClaims(results),
  ];
}

import { describe, expect, it } from "vitest";
import { claimsOf } from "./claims.ts";
import { NO_RESULTS, rowOf } from "./results.fixture.ts";

const SMALL = "64 KiB × 16, model first";

const outcomes = (results: Partial<typeof NO_RESULTS>, figure: string) =>
  claimsOf({ ...NO_RESULTS, ...results })
    .filter((claim) => claim.figure.includes(figure))
    .map(({ measured, reached }) => [measured, reached]);

describe("claimsOf", () => {
  it("says of what was not measured neither yes nor no", () => {
    for (const { measured, reached } of claimsOf(NO_RESULTS))
      expect([measured, reached]).toEqual([undefined, undefined]);
  });

  it("compares CPU time with the pipe and with Portkey, round by round", () => {
    const throughput = [
      rowOf(SMALL, "pipe", [0.5, 0.5]),
      rowOf(SMALL, "Earshot", [0.8, 0.8]),
      rowOf(SMALL, "Portkey", [4, 4]),
    ];
    expect(outcomes({ throughput }, SMALL)).toEqual([
      ["1.60 × pipe", true],
      ["0.20 × Portkey", false],
    ]);
  });

  it("looks at the rows of Earshot only", () => {
    const memory = [
      { caseName: "memory, 64 × 25 MiB", subject: "Portkey", peakMebibytes: 4000 },
      { caseName: "memory, 64 × 25 MiB", subject: "Earshot", peakMebibytes: 201 },
    ].map(({ peakMebibytes, ...names }) => ({
      ...names,
      totalBytes: 1600,
      first: "model" as const,
      figures: { peakMebibytes, idleMebibytes: 90, seconds: 3 },
      failure: undefined,
    }));
    expect(outcomes({ memory }, "memory, 64")).toEqual([["201 MiB", false]]);
  });

  it("wants the first byte long before the upload ends, however short that is", () => {
    const figures = { firstByteMs: 15, firstAudioMs: 1, uploadMs: 2600, answerMs: 2 };
    const row = { subject: "Earshot", runs: [], figures, failure: undefined };
    expect(outcomes({ slowClient: [row] }, "slow client")).toEqual([
      ["15.0 ms of an upload of 2.60 s", true],
    ]);
    const short = { ...row, figures: { ...figures, uploadMs: 16 } };
    expect(outcomes({ slowClient: [short] }, "slow client")).toEqual([
      ["15.0 ms of an upload of 0.02 s", false],
    ]);
  });

  it("counts names and open files that a soak left in the spool folder", () => {
    const sample = { requests: 10_000, mebibytes: 200, sockets: 3, deletedFiles: 0 };
    const soak = {
      samples: [sample, { ...sample, requests: 100_000, mebibytes: 221, deletedFiles: 1 }],
      requestsPerSecond: 900,
      spooledFiles: ["upload-1"],
      socketsBefore: 3,
    };
    expect(outcomes({ soak }, "100,000 requests")).toEqual([
      ["1.10 × that after 10,000", false],
      ["2", false],
    ]);
  });
});

import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { hostileInputs } from "./hostile-inputs.ts";
import { isHold, measureHold } from "./measure-hold.ts";

const spin = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

describe("measureHold", () => {
  it("tells how long nobody else had a turn, not how long all of it took", async () => {
    const hold = await measureHold(async () => {
      spin(20);
      for (let slice = 0; slice < 20; slice++) {
        await setImmediate();
        spin(2);
      }
    });
    expect(hold.longestMs).toBeGreaterThanOrEqual(20);
    expect(hold.longestCpuMs).toBeLessThanOrEqual(hold.longestMs + 1);
    expect(hold.totalMs).toBeGreaterThanOrEqual(60);
    expect(hold.ending).toBe("done");
  });

  it("says how the work failed", async () => {
    const refusal = Object.assign(new Error("no"), { code: "audio_unreadable" });
    const hold = await measureHold(() => Promise.reject(refusal));
    expect(hold.ending).toBe("audio_unreadable");
    expect(isHold(JSON.parse(JSON.stringify(hold)))).toBe(true);
  });
});

describe("hostileInputs", () => {
  it("have names of their own", () => {
    const names = hostileInputs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ["MP4: 60 MB of empty boxes", 60],
    ["Ogg: 11 MB of empty packets", 11],
    ["SRT: 200 KB of <a", 0.2],
  ])("%s is as large as it says", (name, megabytes) => {
    const sizeBytes = hostileInputs.find((input) => input.name === name)?.make().length;
    expect((sizeBytes ?? 0) / 1_000_000).toBeCloseTo(megabytes, 2);
  });
});

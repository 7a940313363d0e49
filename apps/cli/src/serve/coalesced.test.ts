import { expect, test } from "vitest";
import { coalesced } from "./coalesced.ts";

test("runs once more for all that was asked for meanwhile, never twice at once", async () => {
  const runs: (() => void)[] = [];
  const ask = coalesced(
    () =>
      new Promise((resolve) => {
        runs.push(resolve);
      }),
  );
  const done = ask();
  void ask();
  void ask();
  expect(runs).toHaveLength(1);
  runs[0]?.();
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.();
  await done;
  void ask();
  expect(runs).toHaveLength(3);
});

import { expect, test } from "vitest";
import { connectionLimits } from "./connection-limits.ts";

test("the limits on connections come from the config", () => {
  const general = {
    headerTimeoutMs: 5000,
    responseIdleTimeoutMs: 7000,
    maxHeaderSizeKb: 64,
    maxConnections: 100,
  };
  expect(connectionLimits({ general }, 1)).toEqual({
    headerTimeoutMs: 5000,
    responseIdleTimeoutMs: 7000,
    maxHeaderBytes: 65_536,
    maxConnections: 100,
  });
  expect(connectionLimits({ general: {} }, 4)).toEqual({});
});

test.each([
  [100, 3, 33],
  [2, 4, 1],
])("%i connections for %i processes are %i for each", (maxConnections, workers, each) => {
  expect(connectionLimits({ general: { maxConnections } }, workers).maxConnections).toBe(each);
});

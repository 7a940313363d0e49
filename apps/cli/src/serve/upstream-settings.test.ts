import { expect, test } from "vitest";
import { upstreamSettings } from "./upstream-settings.ts";

test("what the config does not say is left to the transport", () => {
  expect(upstreamSettings({ general: {} }, 4)).toEqual({});
});

test("HTTP/2 is as the config says", () => {
  expect(upstreamSettings({ general: { upstreamHttp2: true } }, 4)).toEqual({ http2: true });
});

test.each([
  [100, 1, 100],
  [100, 3, 33],
  [2, 4, 1],
])("%i connections for %i processes are %i for each", (maxUpstreamConnections, workers, each) => {
  expect(upstreamSettings({ general: { maxUpstreamConnections } }, workers).connections).toBe(each);
});

import { expect, test } from "vitest";
import { isSupportedNode } from "./supported-node.ts";

test.each([
  ["20.20.2", false],
  ["22.18.9", false],
  ["22.19.0", true],
  ["24.0.0", true],
  ["100.1.0", true],
])("Node %s: %s", (version, supported) => {
  expect(isSupportedNode(version)).toBe(supported);
});

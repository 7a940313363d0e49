import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const names = ["api_key", "api_base", "timeout", "stream_timeout", "id", "rpm", "tpm"];

test.each([
  ["api_kye", "api_key"],
  ["apikey", "api_key"],
  ["API-KEY", "api_key"],
  ["apiBase", "api_base"],
  ["timeouts", "timeout"],
  ["steam_timeout", "stream_timeout"],
  ["rpn", "rpm"],
  ["Id", "id"],
])("takes %s for %s", (written, meant) => {
  expect(nearestName(written, names)).toBe(meant);
});

test.each(["temperature", "ip", "", "xyz", "a".repeat(200)])("takes %s for nothing", (written) => {
  expect(nearestName(written, names)).toBeUndefined();
});

test("takes the first of equally near names", () => {
  expect(nearestName("xpm", names)).toBe("rpm");
});

import { expect, test } from "vitest";
import { callerOf } from "./authenticate.ts";

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["127.0.0.1", "::ffff:127.0.0.1"],
  ["127.0.0.1", "::FFFF:127.0.0.1"],
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"],
  ["2001:db8::1", "2001:db8:0:0:5::"],
  ["fe80::1%eth0", "fe80::2%eth1"],
  ["::1", "::2"],
])("%s and %s are one caller", (one, other) => {
  expect(callerOf(one)).toBe(callerOf(other));
});

test.each([
  ["127.0.0.1", "127.0.0.2"],
  ["2001:db8:1:2::1", "2001:db8:1:3::1"],
  ["2001:db8::1", "2001:db9::1"],
  ["::1", "127.0.0.1"],
  ["127.0.0.1", undefined],
])("%s and %s are two", (one, other) => {
  expect(callerOf(one)).not.toBe(callerOf(other));
});

test("a caller's text gives no address away", () => {
  expect(callerOf("203.0.113.7")).toMatch(/^[\w-]{43}$/u);
});

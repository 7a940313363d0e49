import { expect, test } from "vitest";
import { openHostWarning, weaknessOf } from "./host-access.ts";

test.each([
  ["sk-1234", "known"],
  ["sk-1234567890abcdef", "known"],
  ["qwertyuiopasdfgh", "known"],
  ["sk-Qwerty-asdfgh-1234", "known"],
  ["qwertzuiopasdfghjkl", "known"],
  ["qwxertyuiopasdfgh", undefined],
  ["SK-123456789012345678", "known"],
  ["your-master-key-here", "known"],
  ["sk-litellm-master-key", "known"],
  ["<replace-me-with-secret>", "known"],
  ["sk-xxxxxxxxxxxxxxxxxxxx", "known"],
  ["changeme", "known"],
  ["sk-my_special_key", "known"],
  ["aaaaaaaaaaaaaaaaaaaaaaaa", "known"],
  ["k9w2qz", "short"],
  ["k9w2qzr7pl5m3v8", "short"],
  ["k9w2qzr7pl5m3v8x", undefined],
  ["correct horse battery staple", undefined],
])("%s is %s", (key, expected) => {
  expect(weaknessOf(key)).toBe(expected);
});

test.each([
  ["0.0.0.0", "sk-1234", /known from documentation/u],
  ["::", "k9w2qz", /fewer than 16 characters/u],
  ["192.168.0.7", "k9w2qz", /192\.168\.0\.7/u],
] as const)("a key that can be guessed on %s is warned of", (host, masterKey, expected) => {
  expect(openHostWarning({ host, masterKey })).toMatch(expected);
});

test("nothing is said where only this machine can reach the port, or of a good key", () => {
  for (const host of ["127.0.0.1", "localhost", "::1"])
    expect(openHostWarning({ host, masterKey: "sk-1234" })).toBeUndefined();
  expect(openHostWarning({ host: "0.0.0.0", masterKey: "k9w2qzr7pl5m3v8x" })).toBeUndefined();
});

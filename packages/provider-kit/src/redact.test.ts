import { describe, expect, test } from "vitest";
import { redact, toSentence } from "./redact.ts";

const SECRET = 'acme/geheim+"1';

describe("redact", () => {
  test.each([
    ["as it is", SECRET],
    ["in capitals", SECRET.toUpperCase()],
    ["in a URL", encodeURIComponent(SECRET)],
    ["in JSON", JSON.stringify(SECRET)],
    ["in Base64", btoa(SECRET)],
  ])("takes a secret out %s", (_how, spelling) => {
    const clean = redact(`You sent ${spelling} to us`, [SECRET]);
    expect(clean).toContain("[redacted]");
    expect(clean.toLowerCase()).not.toContain("geheim");
    expect(clean).not.toContain(btoa(SECRET).slice(0, 8));
  });

  test("takes the longest secret first, so that nothing is left of it", () => {
    expect(redact("You sent Token abc-1234-x", ["abc-1234", "Token abc-1234-x"])).toBe(
      "You sent [redacted]",
    );
  });

  test("takes out a secret that the end of the text cuts off", () => {
    expect(redact("The key acme-geheim", ["acme-geheimnis"])).toBe("The key [redacted]");
  });

  test.each([
    ["between four and seven characters, only as a whole", "the latest test failed", "test"],
    ["under four, only where a key is spoken of", "a boxing match", "x"],
  ])("leaves words alone that contain a secret of %s", (_what, text, secret) => {
    expect(redact(text, [secret])).toContain(text.split(" ")[1]);
  });

  test.each([
    ["Bearer abc is wrong", "abc"],
    ["Incorrect API key provided: abc.", "abc"],
    ["the key 'x' is unknown", "x"],
    ["key=test failed", "test"],
  ])("finds short ones: %s", (text, secret) => {
    expect(redact(text, [secret])).toContain("[redacted]");
  });

  test("survives lone surrogates and what regular expressions mean", () => {
    expect(redact("a (b|c)* d", ["(b|c)*"])).toBe("a [redacted] d");
    expect(redact("nothing here", ["\ud800-lone-1"])).toBe("nothing here");
  });
});

test("a sentence holds no secret at its cut end either", () => {
  const text = `${"word ".repeat(58)}acme-geheimnis-123456`;
  expect(toSentence(text, ["acme-geheimnis-123456"])).not.toContain("geheim");
});

import { describe, expect, test } from "vitest";
import { holdsSecret, secretsOf } from "./call-secrets.ts";

const secretsIn = (headers: Readonly<Record<string, string>>, url = "https://api.example/v1") =>
  secretsOf({ call: { url, headers }, secrets: [] });

describe("secretsOf", () => {
  test("finds the values of headers under whatever name", () => {
    expect(secretsIn({ authorization: "Bearer test-key-1", "x-tenant": "acme" })).toEqual([
      "Bearer test-key-1",
      "test-key-1",
      "acme",
    ]);
  });

  test("leaves out what every client sends", () => {
    expect(secretsIn({ accept: "*/*", "User-Agent": "x/1", "content-type": "audio/wav" })).toEqual(
      [],
    );
  });

  test("takes cookies and user names apart", () => {
    const basic = `Basic ${btoa("ada:test-password")}`;
    expect(secretsIn({ cookie: "a=one1; b=two2", authorization: basic })).toEqual(
      expect.arrayContaining(["one1", "two2", "ada:test-password", "test-password"]),
    );
  });

  test("finds those of the URL, and leaves its other parameters alone", () => {
    const url =
      "https://ada:pass%2Fword@api.example/v1?api_key=k1&sig=s1&model=nova-3&keyterm=Loreley";
    const found = secretsIn({}, url);
    expect(found).toEqual(expect.arrayContaining(["ada", "pass/word", "pass%2Fword", "k1", "s1"]));
    expect(found).not.toContain("nova-3");
    expect(found).not.toContain("Loreley");
  });

  test("keeps the given ones, each once and none empty", () => {
    const call = { url: "https://api.example", headers: { "x-key": "k" } };
    expect(secretsOf({ call, secrets: ["k", ""] })).toEqual(["k"]);
  });
});

test.each([
  ["a key", "the key test-key-1 of", "test-key-1", true],
  ["a long word", "a-tenant-without-digits here", "a-tenant-without-digits", true],
  ["the key of a server without any", "It is not-needed, thanks.", "not-needed", false],
  ["a word", "a test of whisper", "whisper", false],
  ["a number", "call 12345678 now", "12345678", false],
  ["words", "Acme Corporation 2026", "Acme Corporation 2026", false],
])("finds secrets that nobody says: %s", (...[, text, secret, expected]) => {
  expect(holdsSecret(text, [secret])).toBe(expected);
});

const KEY = "sk-test-fake/0000+00000==";
const unicode = Array.from(KEY, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

describe("finds a secret", () => {
  test.each([
    ["as PHP writes JSON", `{"text":"bad ${KEY.replace("/", "\\/")}"}`],
    ["with a letter escaped", `{"text":"bad \\u0073${KEY.slice(1)}"}`],
    ["with all of it escaped", `{"text":"${unicode.join("")}"}`],
    [
      "with all of it escaped in capitals",
      `{"text":"${unicode.join("").toUpperCase().replaceAll("U", "u")}"}`,
    ],
    ["in JSON in JSON", JSON.stringify({ text: `{"text":"${KEY.replace("/", "\\/")}"}` })],
    ["as bytes of Python", KEY.replace("/", "\\x2f")],
    ["behind other escapes", `{"a":"\\\\n\\n\\"","text":"${KEY.replace("/", "\\/")}"}`],
    ["in a URL", `see ?key=${encodeURIComponent(KEY)}&a=1`],
    [
      "in a URL with small hex",
      encodeURIComponent(KEY).replaceAll(/%../gu, (hex) => hex.toLowerCase()),
    ],
    ["in Base64", btoa(KEY)],
    ["in Base64 behind one byte", btoa(`a${KEY}`)],
    ["in Base64 behind a name", btoa(`acme:${KEY} and more`)],
    ["in Base64 of URLs", btoa(`~~?${KEY}`).replaceAll("+", "-").replaceAll("/", "_")],
    ["at the end of much", `${"\\u65e5".repeat(40_000)}${KEY.replace("/", "\\/")}`],
  ])("%s", (_how, text) => {
    expect(holdsSecret(text, [KEY])).toBe(true);
  });

  test("wherever a slice of a long text ends", () => {
    const escaped = unicode.join("");
    for (let shift = 0; shift < 160; shift += 7) {
      const text = `${"a".repeat(64 * 1024 - shift)}${escaped}${"b".repeat(100_000)}`;
      expect(holdsSecret(text, [KEY])).toBe(true);
    }
  });
});

test("does not take a part of a secret for it", () => {
  expect(holdsSecret(`${KEY.slice(0, 20)} \\u0041 ${btoa(KEY).slice(0, 12)}`, [KEY])).toBe(false);
});

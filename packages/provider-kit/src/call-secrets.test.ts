import { describe, expect, test } from "vitest";
import { secretsOf } from "./call-secrets.ts";

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

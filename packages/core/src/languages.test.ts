import { describe, expect, test } from "vitest";
import { languageName, toIsoLanguage } from "./languages.ts";

describe("toIsoLanguage", () => {
  test.each([
    ["english", "en"],
    ["English", "en"],
    ["eng", "en"],
    ["EN", "en"],
    ["en-US", "en"],
    ["en_us", "en"],
    ["English (United States)", "en"],
    [" german ", "de"],
    ["ger", "de"],
    ["cmn", "zh"],
    ["cmn-Hans-CN", "zh"],
    ["zh-CN", "zh"],
    ["mandarin", "zh"],
    ["zh-yue", "yue"],
    ["zh-yue-HK", "yue"],
    ["yue", "yue"],
    ["cantonese", "yue"],
    ["haitian creole", "ht"],
    ["burmese", "my"],
    ["nb-NO", "no"],
    ["nn", "nn"],
    ["jw", "jv"],
    ["iw", "he"],
    ["fil", "tl"],
    ["haw", "haw"],
    ["pt-BR", "pt"],
  ])("%s is %s", (input, expected) => {
    expect(toIsoLanguage(input)).toBe(expected);
  });

  test.each(["", "-", "klingon", "xx", "xxx", "multi", "auto", "en,fr", "en fr", "e", "und"])(
    "%j is no language",
    (input) => {
      expect(toIsoLanguage(input)).toBeUndefined();
    },
  );

  test("nothing of the prototype of an object is a language", () => {
    expect(toIsoLanguage("constructor")).toBeUndefined();
    expect(toIsoLanguage("__proto__")).toBeUndefined();
  });
});

describe("languageName", () => {
  test.each([
    ["en", "english"],
    ["EN-us", "english"],
    ["zh", "chinese"],
    ["yue", "cantonese"],
    ["jw", "javanese"],
    ["ht", "haitian creole"],
    ["my", "myanmar"],
    ["eng", "english"],
  ])("%s is called %s", (code, name) => {
    expect(languageName(code)).toBe(name);
  });

  test("a code that nobody uses has no name", () => {
    expect(languageName("xx")).toBeUndefined();
  });

  test("a region in brackets does not count, however much space is in front of it", () => {
    expect(toIsoLanguage("Portuguese (Brazil)")).toBe("pt");
    expect(toIsoLanguage(`english${" ".repeat(2_000_000)}(us)`)).toBe("en");
    expect(toIsoLanguage(`english${" ".repeat(2_000_000)}us`)).toBeUndefined();
  });

  // The codes of Whisper's own tokenizer, in its order.
  const whisper =
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th " +
    "ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr " +
    "pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt " +
    "haw ln ha ba jw su yue";

  test("all hundred languages of Whisper have a name that leads back to their code", () => {
    const codes = whisper.split(" ");
    expect(codes).toHaveLength(100);
    for (const code of codes) {
      const name = languageName(code);
      expect(name).toMatch(/^[a-z ]+$/u);
      expect(toIsoLanguage(name ?? "")).toBe(code === "jw" ? "jv" : code);
    }
  });
});

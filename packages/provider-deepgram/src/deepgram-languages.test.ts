import { describe, expect, test } from "vitest";
import { toLanguageParameters } from "./deepgram-languages.ts";
import type { DetectionMode, LanguageParameters } from "./deepgram-languages.ts";

interface Asked {
  readonly languages?: readonly string[];
  readonly options?: Readonly<Record<string, readonly string[]>>;
  readonly mode?: DetectionMode;
}

const parametersOf = (model: string, asked: Asked = {}): LanguageParameters => {
  const { languages = [], options = {}, mode = "detect_language" } = asked;
  return toLanguageParameters({ model, languages, options }, mode);
};

const queryOf = (model: string, asked: Asked = {}): string =>
  parametersOf(model, asked)
    .fields.map(([name, value]) => `${name}=${value}`)
    .join("&");

describe("without a language", () => {
  test.each([
    ["nova-3", "detect_language=true"],
    ["nova-2-general", "detect_language=true"],
    ["whisper", "detect_language=true"],
    ["our-custom-model", "detect_language=true"],
    ["nova-3-medical", "language=multi"],
  ])("%s finds it out", (model, query) => {
    expect(queryOf(model)).toBe(query);
    expect(parametersOf(model).language).toBeUndefined();
  });

  test.each(["constructor", "__proto__", "toString"])(
    "a hint that is called %s is sent as it is",
    (hint) => {
      for (const model of ["nova-3", "nova-2", "whisper"])
        expect(queryOf(model, { languages: [hint] })).toBe(`language=${hint.toLowerCase()}`);
    },
  );

  test.each([
    ["nova-3", "language=multi"],
    ["nova-2", "language=multi"],
    ["nova-2-meeting", "detect_language=true"],
    ["whisper", "detect_language=true"],
  ])("%s follows languages that change, where it can and is set to", (model, query) => {
    expect(queryOf(model, { mode: "multi" })).toBe(query);
  });
});

describe("one language", () => {
  test.each([
    ["nova-3", "de", "language=de"],
    ["nova-3", "pt_br", "language=pt-BR"],
    ["nova-3", "en-ZA", "language=en"],
    ["nova-2", "yue", "language=zh-HK"],
    ["enhanced", "pt-BR", "language=pt"],
    ["whisper-large", "jv", "language=jw"],
    ["nova-3", "gl", "language=multi&language_hint=gl"],
    ["nova-3-medical", "en-GB", "language=en"],
  ])("%s gets %s as %s", (model, hint, query) => {
    expect(queryOf(model, { languages: [hint] })).toBe(query);
    expect(parametersOf(model, { languages: [hint] }).warnings).toEqual([]);
  });

  test("is the language of the answer", () => {
    expect(parametersOf("nova-3", { languages: ["pt-BR"] }).language).toBe("pt");
    expect(parametersOf("nova-3", { languages: ["gl"] }).language).toBeUndefined();
  });

  test("that only the multilingual medical model knows brings a warning", () => {
    const { fields, warnings } = parametersOf("nova-3-medical", { languages: ["fr"] });
    expect(fields).toEqual([["language", "multi"]]);
    expect(warnings).toMatchObject([{ param: "language" }]);
  });
});

describe("several languages", () => {
  test.each([
    ["nova-3", ["en", "pt-BR"], "language=multi&language_hint=en&language_hint=pt-BR"],
    ["nova-3", ["en", "en-US"], "language=en"],
    ["nova-2", ["en", "es"], "language=multi"],
    ["nova-2", ["en", "de-CH"], "detect_language=en&detect_language=de"],
    [
      "nova-3",
      ["en", "fr", "ar"],
      "language=multi&language_hint=en&language_hint=fr&language_hint=ar",
    ],
    ["whisper", ["en", "haw"], "detect_language=en&detect_language=haw"],
  ])("%s gets %j as %s", (model, languages, query) => {
    expect(queryOf(model, { languages })).toBe(query);
  });

  test("that cannot be detected are named in a warning", () => {
    const some = parametersOf("nova-3", { languages: ["en", "pa"] });
    expect(some.fields).toEqual([["detect_language", "en"]]);
    expect(some.warnings[0]?.message).toContain("pa");
    const none = parametersOf("nova-3", { languages: ["pa", "ne"] });
    expect(none.fields).toEqual([["language", "pa"]]);
    expect(none.warnings[0]?.message).toContain("pa, ne");
  });
});

describe("options", () => {
  test("choose among languages, over the language field", () => {
    const options = { detect_language: ["en", "es"] };
    const { fields, warnings } = parametersOf("nova-3", { languages: ["de"], options });
    expect(fields).toEqual([
      ["detect_language", "en"],
      ["detect_language", "es"],
    ]);
    expect(warnings).toMatchObject([{ param: "language" }]);
    expect(parametersOf("nova-3", { options }).warnings).toEqual([]);
  });

  test("switch detection off", () => {
    const options = { detect_language: ["false"] };
    expect(parametersOf("nova-3", { options })).toMatchObject({
      fields: [["detect_language", "false"]],
      language: "en",
    });
    expect(queryOf("nova-3", { options, languages: ["de"] })).toBe(
      "detect_language=false&language=de",
    );
  });

  test("give hints, to which the language field adds", () => {
    const options = { language_hint: ["es"] };
    expect(queryOf("nova-3", { options })).toBe("language=multi&language_hint=es");
    expect(queryOf("nova-3", { options, languages: ["en", "es"] })).toBe(
      "language=multi&language_hint=es&language_hint=en",
    );
  });
});

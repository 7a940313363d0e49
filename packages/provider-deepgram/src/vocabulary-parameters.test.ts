import { TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { toVocabularyParameters } from "./vocabulary-parameters.ts";

type Options = Readonly<Record<string, readonly string[]>>;

const parametersOf = (model: string, keywords: readonly string[], options: Options = {}) =>
  toVocabularyParameters({ model, keywords, options });

const errorOf = (run: () => unknown): TranscriptionError => {
  try {
    run();
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("Nothing was refused.");
};

test.each([
  ["nova-3", "keyterm"],
  ["nova-3-medical", "keyterm"],
  ["nova-2", "keywords"],
  ["nova-2-medical", "keywords"],
  ["our-custom-model", "keywords"],
])("%s gets each term as a %s of its own", (model, name) => {
  expect(parametersOf(model, ["Earshot", " Zugspitze "])).toEqual([
    [name, "Earshot"],
    [name, "Zugspitze"],
  ]);
});

test("Whisper gets none", () => {
  expect(parametersOf("whisper-large", ["Earshot"])).toEqual([]);
});

test("options add to the field", () => {
  expect(parametersOf("nova-3", ["Earshot"], { keyterm: ["customer service"] })).toEqual([
    ["keyterm", "Earshot"],
    ["keyterm", "customer service"],
  ]);
  expect(parametersOf("nova-2", ["Earshot"], { keywords: ["Zugspitze:1.5"] })).toEqual([
    ["keywords", "Earshot"],
    ["keywords", "Zugspitze:1.5"],
  ]);
});

describe("refuses", () => {
  test.each([
    ["Earshot:2", "keywords", {}],
    ["Earshot: 0.5", "keywords", {}],
    ["Earshot", "keyterm", { keyterm: ["Zugspitze:-1"] }],
  ])("a weight for a key term (%s in %s)", (term, param, options) => {
    const error = errorOf(() => parametersOf("nova-3", [term], options));
    expect(error).toMatchObject({ code: "invalid_request", param });
    expect(error.message).toContain("Send the term alone");
  });

  test.each(["Earshot:high", ":2", "a:b:2"])("a keyword with a strange boost (%s)", (term) => {
    expect(errorOf(() => parametersOf("nova-2", [term]))).toMatchObject({
      code: "invalid_request",
      param: "keywords",
    });
  });

  test.each(["two\nlines", " "])("a broken term among the options (%j)", (term) => {
    expect(errorOf(() => parametersOf("nova-3", [], { keyterm: [term] }))).toMatchObject({
      code: "invalid_request",
      param: "keyterm",
    });
  });

  test.each([
    ["nova-2", "keyterm", "Send `keywords`"],
    ["nova-3", "keywords", "Send `keyterm`"],
    ["whisper", "keyterm", "no vocabulary"],
  ])("for %s the option %s, which is another model's", (model, name, hint) => {
    const error = errorOf(() => parametersOf(model, [], { [name]: ["Earshot"] }));
    expect(error).toMatchObject({ code: "unsupported_feature", param: name });
    expect(error.message).toContain(hint);
  });

  test("more than Deepgram takes", () => {
    const many = Array.from({ length: 101 }, (_, index) => `Zugspitze${index}`);
    expect(errorOf(() => parametersOf("nova-2", many)).message).toContain("100 keywords");
    expect(parametersOf("nova-3", many)).toHaveLength(101);
    const longer = many.map((term) => `${term} and four more words`);
    expect(errorOf(() => parametersOf("nova-3", longer))).toMatchObject({ param: "keywords" });
  });
});

test.each(["16:9", "Matthew 5:3", "ISO 8601", "C++: The Guide"])(
  "%s is a key term, not a weight",
  (term) => {
    expect(parametersOf("nova-3", [term])).toEqual([["keyterm", term]]);
  },
);

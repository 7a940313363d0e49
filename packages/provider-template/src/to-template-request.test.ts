import { createRequest } from "@earshot/provider-testkit";
import type { RequestPatch } from "@earshot/provider-testkit";
import { expect, test } from "vitest";
import { toTemplateRequest } from "./to-template-request.ts";

const target = { baseUrl: "https://api.template.example/v1", headers: {} };

const ask = (patch: RequestPatch, model = "large") => {
  const { call, warnings } = toTemplateRequest(target, createRequest(model, patch));
  const fields = call.body.type === "multipart" ? call.body.fields : [];
  return { fields, warned: warnings.map(({ param }) => param) };
};

test("a request becomes a form, its fields in a fixed order", () => {
  const { fields, warned } = ask({
    languages: ["de-AT"],
    keywords: ["Loreley", "Bacharach"],
    responseFormat: "verbose_json",
    timestampGranularities: ["segment", "word"],
    options: { numbers: "words" },
  });
  expect(fields).toEqual([
    ["model", "large"],
    ["language", "de"],
    ["times", "segments"],
    ["times", "words"],
    ["keyword", "Loreley"],
    ["keyword", "Bacharach"],
    ["numbers", "words"],
  ]);
  expect(warned).toEqual([]);
});

test("subtitles need segments", () => {
  expect(ask({ responseFormat: "srt" }).fields).toContainEqual(["times", "segments"]);
});

test("what cannot be sent is warned about", () => {
  const { fields, warned } = ask(
    {
      languages: ["de", "fr"],
      keywords: ["Loreley"],
      chunkingStrategy: { type: "server_vad" },
      prompt: "Hi",
    },
    "large-small",
  );
  expect(fields).toEqual([["model", "large-small"]]);
  expect(warned).toEqual(["prompt", "keywords", "languages", "chunking_strategy"]);
});

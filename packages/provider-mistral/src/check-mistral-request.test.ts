import { createRequest } from "@earshot/provider-testkit";
import type { RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { checkMistralRequest } from "./check-mistral-request.ts";
import { mistralCapabilities } from "./mistral-capabilities.ts";

const check = (patch: RequestPatch, model = "voxtral-mini-transcribe-3-0") =>
  checkMistralRequest(
    { kind: "mistral", capabilities: mistralCapabilities },
    createRequest(model, patch),
  );

const terms = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `term${index}`);

const urlOf = (length: number): RequestPatch => {
  const start = "https://audio.example/";
  return { audio: { type: "url", url: start + "x".repeat(length - start.length) } };
};

describe("what Mistral would refuse", () => {
  it.each<{ patch: RequestPatch; model?: string; param: string; code?: string }>([
    { patch: { keywords: terms(101) }, model: "voxtral-mini-2602", param: "keywords" },
    {
      patch: { keywords: ["one more"], options: { context_bias: terms(100) } },
      model: "voxtral-mini-2602",
      param: "context_bias",
    },
    {
      patch: { options: { context_bias: ["Uri, Schwyz"] } },
      model: "voxtral-mini-2602",
      param: "context_bias",
    },
    { patch: { keywords: ["Uri, Schwyz"] }, model: "voxtral-mini-latest", param: "keywords" },
    { patch: urlOf(2084), param: "url" },
    {
      patch: { languages: ["sv"] },
      model: "voxtral-mini-2602",
      param: "language",
      code: "unsupported_feature",
    },
    {
      patch: {},
      model: "voxtral-mini-transcribe-realtime-3-0",
      param: "model",
      code: "unsupported_feature",
    },
  ])("is refused before anything is sent: $param $model", ({ patch, model, param, code }) => {
    expect(() => check(patch, model)).toThrow(
      expect.objectContaining({ code: code ?? "invalid_request", param, provider: "mistral" }),
    );
  });

  it.each<[RequestPatch, string?]>([
    [{ keywords: [...terms(150), "Uri, Schwyz"] }],
    [{ keywords: terms(100) }, "voxtral-mini-2602"],
    [urlOf(2083)],
    [{ languages: ["sv"] }],
    [{ languages: ["de-CH"] }, "voxtral-mini-2602"],
  ])("is not this: %#", (patch, model) => {
    expect(() => check(patch, model)).not.toThrow();
  });
});

import type { ResponseFormat, TranscriptionRequest } from "@earshot/core";
import { createRequest } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { openaiModelFamilies } from "./model-families.ts";
import { serverDialects } from "./server-dialects.ts";
import { wireFormatOf } from "./wire-format.ts";

const { whisper, gpt4oDiarize, gpt4oTranscribe } = openaiModelFamilies;
const { capabilities: together, deviations } = serverDialects.together;

type Case = readonly [
  wanted: ResponseFormat,
  changes: Partial<TranscriptionRequest>,
  sent: ResponseFormat,
];

const expectFormats = (
  capabilities: typeof whisper,
  cases: readonly Case[],
  formats?: readonly ResponseFormat[],
): void => {
  for (const [responseFormat, changes, sent] of cases) {
    const request = createRequest("m", {
      responseFormat,
      diarize: responseFormat === "diarized_json",
      ...changes,
    });
    expect([responseFormat, wireFormatOf(request, capabilities, formats)]).toEqual([
      responseFormat,
      sent,
    ]);
  }
};

describe("wireFormatOf", () => {
  test("asks Whisper for what the client asked for", () => {
    expectFormats(whisper, [
      ["json", {}, "json"],
      ["text", {}, "text"],
      ["srt", {}, "srt"],
      ["vtt", {}, "vtt"],
      ["verbose_json", { timestampGranularities: ["word"] }, "verbose_json"],
    ]);
  });

  test("asks for verbose_json when the client needs words that its format cannot hold", () => {
    expectFormats(whisper, [
      ["srt", { timestampGranularities: ["word"] }, "verbose_json"],
      ["json", { timestampGranularities: ["word"] }, "verbose_json"],
    ]);
  });

  test("asks models that answer in JSON alone for JSON", () => {
    expectFormats(gpt4oTranscribe, [
      ["text", {}, "json"],
      ["srt", {}, "json"],
      ["verbose_json", {}, "json"],
    ]);
  });

  test("takes times and speakers from diarized_json where only that has them", () => {
    expectFormats(gpt4oDiarize, [
      ["text", {}, "text"],
      ["srt", {}, "diarized_json"],
      ["verbose_json", {}, "diarized_json"],
      ["json", { diarize: true }, "diarized_json"],
    ]);
  });

  test("takes speakers from verbose_json where there is no diarized_json", () => {
    expectFormats(
      together,
      [
        ["diarized_json", {}, "verbose_json"],
        ["json", { diarize: true }, "verbose_json"],
        ["vtt", {}, "verbose_json"],
        ["text", {}, "json"],
      ],
      deviations.wireFormats,
    );
  });

  test("streams no verbose answers", () => {
    const { vllm } = serverDialects;
    expectFormats(
      vllm.capabilities,
      [
        ["verbose_json", { stream: true }, "json"],
        ["srt", { stream: true }, "json"],
      ],
      vllm.deviations.wireFormats,
    );
    expectFormats(gpt4oDiarize, [["verbose_json", { stream: true }, "diarized_json"]]);
  });
});

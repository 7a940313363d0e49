import { createRequest } from "@earshot/provider-testkit";
import type { RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { checkElevenlabsRequest } from "./check-elevenlabs-request.ts";

const check = (patch: RequestPatch, model = "scribe_v2") =>
  checkElevenlabsRequest(createRequest(model, patch));

describe("what ElevenLabs would refuse", () => {
  it.each<{ patch: RequestPatch; param: string; code?: string; model?: string }>([
    { patch: { keywords: ["one two three four five six"] }, param: "keywords" },
    {
      patch: { keywords: ["x".repeat(50)] },
      param: "keywords",
      code: "unsupported_feature",
    },
    { patch: { keywords: ["a [b]"] }, param: "keywords", code: "unsupported_feature" },
    {
      patch: { keywords: Array.from({ length: 1001 }, (_, n) => `k${n}`) },
      param: "keywords",
      code: "unsupported_feature",
    },
    {
      patch: {
        keywords: ["one more"],
        options: { keyterms: Array.from({ length: 1000 }, (_, n) => `k${n}`) },
      },
      param: "keywords",
    },
    { patch: { options: { keyterms: ["a <b>"] } }, param: "keyterms" },
    { patch: { options: { keyterms: ["one two three four five six"] } }, param: "keyterms" },
    { patch: { options: { webhook: true } }, param: "webhook", code: "unsupported_feature" },
    { patch: { options: { detect_speaker_roles: true } }, param: "detect_speaker_roles" },
    { patch: { options: { diarization_threshold: 0.2 } }, param: "diarization_threshold" },
    {
      patch: { diarize: true, options: { diarization_threshold: 0.2, num_speakers: 2 } },
      param: "diarization_threshold",
    },
    {
      patch: { diarize: true, options: { detect_speaker_roles: true, use_multi_channel: true } },
      param: "detect_speaker_roles",
    },
    {
      patch: { options: { transcript_edit: "Shorten it.", entity_detection: ["pii"] } },
      param: "transcript_edit",
    },
    { patch: { options: { additional_formats: "srt" } }, param: "additional_formats" },
    { patch: { options: { additional_formats: '{"format":"srt"}' } }, param: "additional_formats" },
    {
      patch: { responseFormat: "srt", options: { timestamps_granularity: "none" } },
      param: "timestamps_granularity",
    },
    { patch: {}, param: "model", code: "unsupported_feature", model: "scribe_v2_realtime" },
  ])("is refused before anything is sent: $param $patch", ({ patch, param, code, model }) => {
    expect(() => check(patch, model)).toThrow(
      expect.objectContaining({
        code: code ?? "invalid_request",
        param,
        provider: "elevenlabs",
      }),
    );
  });

  it.each<RequestPatch>([
    { keywords: ["one two three four five", "x".repeat(49)] },
    { diarize: true, options: { detect_speaker_roles: true, num_speakers: 2 } },
    { options: { webhook: false, use_speaker_library: false } },
    { options: { timestamps_granularity: "none" } },
    { responseFormat: "srt", options: { timestamps_granularity: "character" } },
    { options: { additional_formats: '[{"format":"srt"}]' } },
  ])("is not this: %j", (patch) => {
    expect(() => check(patch)).not.toThrow();
  });
});

import type { Needs, ResponseFormat, Transcript } from "@earshot/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryBrokenTranscript, arbitraryWords } from "../test/arbitrary-transcripts.ts";
import { transcriptOf } from "../test/samples.ts";
import { completeTranscript } from "./complete-transcript.ts";
import { renderTranscript } from "./render-transcript.ts";

const EVERYTHING: Needs = { segments: true, words: true, speakers: true };
const SEGMENTS: Needs = { segments: true, words: false, speakers: false };

const NUMBER = expect.any(Number);
const TEXT = expect.any(String);

const parse = (transcript: Transcript, responseFormat: ResponseFormat): Record<string, unknown> =>
  JSON.parse(
    renderTranscript(transcript, { responseFormat, timestampGranularities: ["word", "segment"] })
      .body,
    (_, value: unknown) => {
      expect(value).not.toBeNull();
      return value;
    },
  );

const expectOptional = (body: Record<string, unknown>, key: string, item: unknown): void => {
  const value = body[key];
  if (value !== undefined) expect(value).toEqual(Array.from(Object(value), () => item));
};

const withoutSpeaker = (value: unknown): unknown => {
  const { speaker, ...rest } = Object(value);
  expect(["undefined", "string"]).toContain(typeof speaker);
  return rest;
};

test("verbose_json always has every field of OpenAI's schema, and never a null", () => {
  fc.assert(
    fc.property(arbitraryBrokenTranscript, fc.boolean(), (transcript, completes) => {
      const body = parse(
        completes
          ? completeTranscript(transcript, EVERYTHING, { dropUnsupported: true })
          : transcript,
        "verbose_json",
      );
      expect(body).toMatchObject({
        task: "transcribe",
        language: TEXT,
        duration: NUMBER,
        text: TEXT,
      });
      const bare = Object.fromEntries(
        Object.entries(body).map(([key, value]) => [
          key,
          Array.isArray(value) ? value.map(withoutSpeaker) : value,
        ]),
      );
      expectOptional(bare, "words", { word: TEXT, start: NUMBER, end: NUMBER });
      expectOptional(bare, "segments", {
        id: NUMBER,
        seek: NUMBER,
        start: NUMBER,
        end: NUMBER,
        text: TEXT,
        tokens: expect.any(Array),
        temperature: NUMBER,
        avg_logprob: NUMBER,
        compression_ratio: NUMBER,
        no_speech_prob: NUMBER,
      });
    }),
  );
});

test("diarized_json always has every field of OpenAI's schema, and never a null", () => {
  fc.assert(
    fc.property(arbitraryBrokenTranscript, (transcript) => {
      const body = parse(transcript, "diarized_json");
      expect(body).toMatchObject({ task: "transcribe", duration: NUMBER, text: TEXT });
      const segment = { id: TEXT, start: NUMBER, end: NUMBER, text: TEXT, speaker: TEXT };
      expectOptional(body, "segments", { type: "transcript.text.segment", ...segment });
    }),
  );
});

test("completed times are in order and inside the audio", () => {
  fc.assert(
    fc.property(arbitraryBrokenTranscript, (transcript) => {
      const completed = completeTranscript(transcript, EVERYTHING, { dropUnsupported: true });
      const last = completed.durationSeconds ?? Number.POSITIVE_INFINITY;
      for (const items of [completed.segments ?? [], completed.words ?? []]) {
        let previousStart = 0;
        for (const { startSeconds, endSeconds, text } of items) {
          expect(startSeconds).toBeGreaterThanOrEqual(previousStart);
          expect(endSeconds).toBeGreaterThanOrEqual(startSeconds);
          expect(endSeconds).toBeLessThanOrEqual(last);
          expect(text).toMatch(/\S/u);
          previousStart = startSeconds;
        }
      }
    }),
  );
});

test("completing a second time changes nothing", () => {
  fc.assert(
    fc.property(arbitraryBrokenTranscript, (transcript) => {
      const once = completeTranscript(transcript, EVERYTHING, { dropUnsupported: true });
      expect(completeTranscript(once, EVERYTHING, { dropUnsupported: true })).toEqual(once);
    }),
  );
});

test("segments built from words keep the whole text and only times that were measured", () => {
  fc.assert(
    fc.property(arbitraryWords, (words) => {
      const text = words.map((word) => word.text).join(" ");
      const { segments = [] } = completeTranscript(transcriptOf({ text, words }), SEGMENTS);
      const visible = (value: string): string => value.replaceAll(/[\s\p{Cc}]+/gu, "");
      expect(visible(segments.map((segment) => segment.text).join(""))).toBe(visible(text));
      const measured = new Set(
        words.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]),
      );
      for (const { startSeconds, endSeconds } of segments) {
        expect(measured).toContain(startSeconds);
        expect(measured).toContain(endSeconds);
      }
    }),
  );
});

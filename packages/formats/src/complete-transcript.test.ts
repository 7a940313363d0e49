import { TranscriptionError } from "@earshot/core";
import type { Needs, Transcript } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { segmented, spoken, transcriptOf } from "../test/samples.ts";
import { completeTranscript } from "./complete-transcript.ts";

const NOTHING: Needs = { segments: false, words: false, speakers: false };
const SEGMENTS: Needs = { ...NOTHING, segments: true };
const WORDS: Needs = { ...NOTHING, words: true };
const SPEAKERS: Needs = { ...SEGMENTS, speakers: true };
const DROP = { dropUnsupported: true };

const refusal = (transcript: Transcript, needs: Needs): TranscriptionError => {
  try {
    completeTranscript(transcript, needs);
  } catch (error) {
    if (error instanceof TranscriptionError) return error;
  }
  throw new Error("nothing was refused");
};

describe("segments", () => {
  test("are built from words", () => {
    const words = spoken([{ from: 0, to: 1, says: "hello there" }]);
    const completed = completeTranscript(transcriptOf({ text: "Hello there.", words }), SEGMENTS);
    expect(completed.segments).toEqual([{ text: "Hello there.", startSeconds: 0, endSeconds: 1 }]);
    expect(completed.warnings).toEqual([]);
  });

  test("that are there stay as they are", () => {
    const segments = segmented([{ from: 0, to: 1, says: "Hello there." }]);
    const completed = completeTranscript(
      transcriptOf({ text: "Hello there.", segments }),
      SEGMENTS,
    );
    expect(completed.segments).toEqual(segments);
  });

  test("of silence are an empty list", () => {
    expect(completeTranscript(transcriptOf({ durationSeconds: 90 }), SEGMENTS)).toEqual(
      transcriptOf({ durationSeconds: 90, segments: [] }),
    );
  });

  test("of short audio without times are one over the whole, and a warning says so", () => {
    const completed = completeTranscript(
      transcriptOf({ text: " Hello. ", durationSeconds: 30 }),
      SEGMENTS,
    );
    expect(completed.segments).toEqual([{ text: "Hello.", startSeconds: 0, endSeconds: 30 }]);
    expect(completed.warnings).toEqual([
      { param: "response_format", message: expect.stringContaining("One segment spans") },
    ]);
  });

  test("of longer audio without times are refused, or one over the whole when dropping", () => {
    const transcript = transcriptOf({ text: "Hello.", durationSeconds: 31 });
    const error = refusal(transcript, SEGMENTS);
    expect(error.code).toBe("unsupported_feature");
    expect(error.param).toBe("response_format");
    expect(error.message).toContain("neither segment nor word times");
    const completed = completeTranscript(transcript, SEGMENTS, DROP);
    expect(completed.segments).toEqual([{ text: "Hello.", startSeconds: 0, endSeconds: 31 }]);
    expect(completed.warnings.length).toBe(1);
  });

  test("are never made up when not even the duration is known", () => {
    const transcript = transcriptOf({ text: "Hello." });
    const error = refusal(transcript, SEGMENTS);
    expect(error.code).toBe("unsupported_feature");
    expect(error.message).not.toContain("drop_params");
    const completed = completeTranscript(transcript, SEGMENTS, DROP);
    expect(completed.segments).toBeUndefined();
    expect(completed.warnings).toEqual([
      { param: "response_format", message: expect.stringContaining("The answer has no segments") },
    ]);
  });
});

describe("words", () => {
  const segments = segmented([{ from: 2, to: 4, says: "ab cd", speaker: "1" }]);

  test("are refused where the model gave none", () => {
    const error = refusal(transcriptOf({ text: "ab cd", segments }), WORDS);
    expect([error.code, error.param]).toEqual(["unsupported_feature", "timestamp_granularities"]);
  });

  test("are estimated inside segments when dropping, and marked", () => {
    const completed = completeTranscript(transcriptOf({ text: "ab cd", segments }), WORDS, DROP);
    expect(completed.words).toEqual([
      { text: "ab", startSeconds: 2, endSeconds: 2.8, speaker: "1" },
      { text: "cd", startSeconds: 3.2, endSeconds: 4, speaker: "1" },
    ]);
    expect(completed.wordTimesEstimated).toBe(true);
    expect(completed.warnings).toEqual([
      { param: "timestamp_granularities", message: expect.stringContaining("estimated") },
    ]);
  });

  test("are not estimated from a segment that was made up", () => {
    const transcript = transcriptOf({ text: "ab cd", durationSeconds: 4 });
    const completed = completeTranscript(transcript, { ...WORDS, segments: true }, DROP);
    expect(completed.words).toBeUndefined();
    expect(completed.warnings.map(({ param }) => param)).toEqual([
      "timestamp_granularities",
      "response_format",
    ]);
  });

  test("of silence are an empty list", () => {
    expect(completeTranscript(transcriptOf({}), WORDS).words).toEqual([]);
  });
});

describe("speakers", () => {
  const sayings = [
    { from: 0, to: 1, says: "Hello there." },
    { from: 1, to: 2, says: "Hi." },
  ];

  test("of segments are given to their words", () => {
    const segments = segmented(sayings).map((segment, index) => ({
      ...segment,
      speaker: `s${index}`,
    }));
    const transcript = transcriptOf({ text: "Hello there. Hi.", segments, words: spoken(sayings) });
    const { words } = completeTranscript(transcript, SPEAKERS);
    expect(words?.map(({ speaker }) => speaker)).toEqual(["s0", "s0", "s1"]);
  });

  test("that only words tell cut the segments anew", () => {
    const words = spoken([
      { from: 0, to: 1, says: "Hello there.", speaker: "0" },
      { from: 1, to: 2, says: "Hi.", speaker: "1" },
    ]);
    const segments = segmented([{ from: 0, to: 2, says: "Hello there. Hi." }]);
    const transcript = transcriptOf({ text: "Hello there. Hi.", segments, words });
    expect(completeTranscript(transcript, SPEAKERS).segments).toEqual([
      { text: "Hello there.", startSeconds: 0, endSeconds: 1, speaker: "0" },
      { text: "Hi.", startSeconds: 1, endSeconds: 2, speaker: "1" },
    ]);
  });

  test("that nobody tells are refused, or a warning when dropping", () => {
    const transcript = transcriptOf({ text: "Hello there. Hi.", segments: segmented(sayings) });
    expect(refusal(transcript, SPEAKERS).param).toBe("diarize");
    expect(completeTranscript(transcript, SPEAKERS, DROP).warnings.length).toBe(1);
  });

  test("that the provider already said to be missing bring no second warning", () => {
    const told = { param: "diarize", message: "The model does not tell speakers apart." };
    const other = { param: "temperature", message: "It was left out." };
    const transcript = transcriptOf({
      text: "Hello there. Hi.",
      segments: segmented(sayings),
      warnings: [told, other],
    });
    expect(completeTranscript(transcript, SPEAKERS, DROP).warnings).toEqual([
      other,
      { param: "diarize", message: expect.stringContaining("No speaker is named") },
    ]);
  });
});

test("completing twice changes nothing more", () => {
  const needs: Needs = { segments: true, words: true, speakers: true };
  const once = completeTranscript(
    transcriptOf({ text: "Hello.", durationSeconds: 50 }),
    needs,
    DROP,
  );
  expect(completeTranscript(once, needs, DROP)).toEqual(once);
});

test("the provider's own body stays until something had to be added", () => {
  const verbatim = { format: "verbose_json", body: "{}" } as const;
  const words = spoken([{ from: 0, to: 1, says: "Hello." }]);
  const transcript = transcriptOf({ text: "Hello.", words, verbatim });
  expect(completeTranscript(transcript, WORDS).verbatim).toEqual(verbatim);
  expect(completeTranscript(transcript, SEGMENTS).verbatim).toBeUndefined();
});

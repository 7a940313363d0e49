import { doAtOnce } from "@earshot/core";
import { createRequest, readFixtures } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { fromMistralResponse } from "./from-mistral-response.ts";
import type { MistralReading } from "./from-mistral-response.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const read = (body: unknown, { diarize = false, ...reading }: Reading = {}) =>
  doAtOnce(
    fromMistralResponse(body, {
      provider: "mistral",
      request: createRequest("voxtral-mini-2602", { diarize }),
      granularity: "segment",
      language: undefined,
      warnings: [],
      requestId: undefined,
      ...reading,
    }),
  );

type Reading = Partial<MistralReading> & { readonly diarize?: boolean };

describe("a transcript of Mistral", () => {
  it("has segments without space around them, and speakers when they were asked for", () => {
    const { body } = fixture("speakers");
    expect(read(body, { diarize: true }).segments).toEqual([
      {
        text: "Hallo Andreas, wie geht es dir heute?",
        startSeconds: 0.6,
        endSeconds: 3,
        speaker: "speaker_1",
      },
      {
        text: "Es geht mir gut, danke.",
        startSeconds: 4.4,
        endSeconds: 5.9,
        speaker: "speaker_2",
      },
    ]);
    expect(read(body).segments?.[0]?.speaker).toBeUndefined();
  });

  it("has words where words were asked for and came", () => {
    const { words, segments } = read(fixture("words").body, { granularity: "word" });
    expect(words?.map(({ text }) => text)).toEqual(["The", "sun", "was", "setting."]);
    expect(segments).toBeUndefined();
    const names = [
      { text: " In", start: 0, end: 0.2 },
      { text: " New York", start: 0.2, end: 0.8 },
      { text: " today.", start: 0.8, end: 1.2 },
    ];
    const city = read({ text: "In New York today.", segments: names }, { granularity: "word" });
    expect(city.words?.map(({ text }) => text)).toEqual(["In", "New York", "today."]);
    const whole = read(fixture("segments").body, { granularity: "word" });
    expect([whole.words, whole.segments?.length]).toEqual([undefined, 1]);
  });

  it("has the language that Mistral detected, or was told", () => {
    expect(read(fixture("text").body, { language: "de" }).language).toBe("en");
    expect(read(fixture("old-text").body, { language: "da" }).language).toBe("da");
    expect(read(fixture("old-text").body).language).toBeUndefined();
  });

  it("is billed by the second", () => {
    expect(read(fixture("old-text").body)).toMatchObject({
      text: "Ja. Men jeg tror, du kan være helt sikker på.",
      durationSeconds: 12,
      usage: { type: "duration", seconds: 12 },
    });
  });

  it("keeps a score that is a probability, and no segment without times", () => {
    const segments = [
      { text: "Um", start: null, end: null },
      { text: "yes.", start: 0, end: 1, score: 0.9 },
      { text: "No.", start: 1, end: 2, score: -3 },
    ];
    expect(read({ text: "Um yes. No.", segments }).segments).toEqual([
      { text: "yes.", startSeconds: 0, endSeconds: 1, confidence: 0.9 },
      { text: "No.", startSeconds: 1, endSeconds: 2 },
    ]);
  });
});

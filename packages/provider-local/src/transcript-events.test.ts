import type { TranscriptEvent } from "@earshot/core";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "./chunk/cut-at-pauses.ts";
import type { Piece } from "./chunk/transcribe-chunk.ts";
import { SAMPLE_RATE } from "./engine/speech-engine.ts";
import { transcriptEvents } from "./transcript-events.ts";
import type { TranscriptSource } from "./transcript-events.ts";

const piece = (text: string, startSeconds: number, more: Partial<Piece> = {}): Piece => ({
  text,
  startSeconds,
  endSeconds: startSeconds + 1,
  words: [{ text, startSeconds, endSeconds: startSeconds + 1 }],
  wordTimesEstimated: true,
  language: undefined,
  ...more,
});

async function* tenSecondChunks(count: number): AsyncGenerator<AudioChunk> {
  for (let number = 0; number < count; number++) {
    yield { start: number * 10 * SAMPLE_RATE, samples: new Float32Array(10 * SAMPLE_RATE) };
  }
}

const eventsFor = (
  chunks: readonly (readonly Piece[])[],
  more: Partial<TranscriptSource> = {},
): Promise<TranscriptEvent[]> =>
  Array.fromAsync(
    transcriptEvents({
      chunks: tenSecondChunks(chunks.length),
      transcribe: async ({ start }) => chunks[start / SAMPLE_RATE / 10] ?? [],
      hasSpare: () => true,
      language: "en",
      warnings: [],
      ...more,
    }),
  );

const transcriptOf = (events: readonly TranscriptEvent[]): unknown => {
  const last = events.at(-1);
  return last?.type === "done" ? last.transcript : undefined;
};

const deltasOf = (events: readonly TranscriptEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === "delta" ? [event.text] : []));

describe("transcriptEvents", () => {
  it("yields a delta for each chunk with text, which joined are the text", async () => {
    const events = await eventsFor([
      [piece("One.", 0), piece("Two.", 3)],
      [],
      [piece("Three.", 1)],
    ]);
    expect(deltasOf(events)).toEqual(["One. Two.", " Three."]);
    expect(transcriptOf(events)).toMatchObject({ text: "One. Two. Three." });
  });

  it("puts no space where the script writes none", async () => {
    const events = await eventsFor([[piece("今日は。", 0)], [piece("晴れ。", 0)]]);
    expect(deltasOf(events)).toEqual(["今日は。", "晴れ。"]);
  });

  it("counts all times from the start of the audio", async () => {
    const events = await eventsFor([[piece("One.", 0.5)], [piece("Two.", 0.1)]]);
    expect(transcriptOf(events)).toMatchObject({
      durationSeconds: 20,
      segments: [
        { text: "One.", startSeconds: 0.5, endSeconds: 1.5 },
        { text: "Two.", startSeconds: 10.1, endSeconds: 11.1 },
      ],
      words: [{ startSeconds: 0.5 }, { startSeconds: 10.1, endSeconds: 11.1 }],
      wordTimesEstimated: true,
    });
  });

  it("says nothing of estimates when all times were measured", async () => {
    const events = await eventsFor([[piece("One.", 0, { wordTimesEstimated: false })]]);
    expect(transcriptOf(events)).toMatchObject({ text: "One.", wordTimesEstimated: undefined });
  });

  it("answers silence with an empty text, its length and no segment", async () => {
    const events = await eventsFor([[], []]);
    expect(events).toHaveLength(1);
    expect(transcriptOf(events)).toEqual({
      text: "",
      durationSeconds: 20,
      language: "en",
      segments: [],
      words: [],
      warnings: [],
    });
  });

  it("answers audio without a sample likewise", async () => {
    expect(transcriptOf(await eventsFor([]))).toMatchObject({ text: "", durationSeconds: 0 });
  });

  it("names the language that most of the text is in when none was told", async () => {
    const events = await eventsFor(
      [
        [piece("Ja.", 0, { language: "de" })],
        [piece("A much longer sentence.", 0, { language: "en" })],
      ],
      { language: undefined },
    );
    expect(transcriptOf(events)).toMatchObject({ language: "en", languages: ["en", "de"] });
  });

  it("leaves the language out when nobody knows it", async () => {
    const events = await eventsFor([[piece("?", 0)]], { language: undefined });
    expect(transcriptOf(events)).toMatchObject({ text: "?", language: undefined });
  });

  it("ends with the error of a chunk, after the deltas before it", async () => {
    const events: TranscriptEvent[] = [];
    const failing = transcriptEvents({
      chunks: tenSecondChunks(2),
      transcribe: async ({ start }) => {
        if (start > 0) throw new Error("engine stopped");
        return [piece("One.", 0)];
      },
      hasSpare: () => false,
      language: "en",
      warnings: [],
    });
    const reading = (async () => {
      for await (const event of failing) events.push(event);
    })();
    await expect(reading).rejects.toThrow("engine stopped");
    expect(deltasOf(events)).toEqual(["One."]);
  });
});

import { describe, expect, it } from "vitest";
import { madeSound } from "../../test/made-sound.ts";
import { SAMPLE_RATE } from "../engine/speech-engine.ts";
import type { Decoded, SpeechEngine, SpeechSpan } from "../engine/speech-engine.ts";
import { transcribeChunk } from "./transcribe-chunk.ts";
import type { ChunkOptions } from "./transcribe-chunk.ts";

const OPTIONS: ChunkOptions = { language: undefined, task: "transcribe", needsSpeech: false };

const says = (text: string, more: Partial<Decoded> = {}): Decoded => ({
  text,
  tokens: [],
  timestamps: [],
  durations: [],
  language: "",
  ...more,
});

const span = (startSeconds: number, endSeconds: number): SpeechSpan => ({
  start: startSeconds * SAMPLE_RATE,
  end: endSeconds * SAMPLE_RATE,
});

/** An engine that answers with the texts in turn and notes what it was asked. */
const engineThat = (
  answers: readonly Decoded[],
  speech?: readonly SpeechSpan[],
): SpeechEngine & { readonly decoded: number[]; heard: number } => {
  const decoded: number[] = [];
  const engine = {
    kind: "native" as const,
    decoded,
    heard: 0,
    decode: (samples: Float32Array) => {
      decoded.push(samples.length / SAMPLE_RATE);
      return answers[decoded.length - 1] ?? says("");
    },
    findSpeech:
      speech === undefined
        ? undefined
        : () => {
            engine.heard++;
            return speech;
          },
  };
  return engine;
};

const SOUND = madeSound([2, 0.001], [4, 0.5], [4, 0.001]);

describe("transcribeChunk", () => {
  it("takes the chunk as one piece, from the first loud moment to the last", () => {
    const engine = engineThat([says("one two three four five")], [span(2, 6)]);
    const [piece, ...rest] = transcribeChunk(engine, SOUND, OPTIONS);
    expect(rest).toEqual([]);
    expect(piece?.text).toBe("one two three four five");
    expect(piece?.startSeconds).toBeCloseTo(2);
    expect(piece?.endSeconds).toBeCloseTo(6);
    expect(piece?.words).toHaveLength(5);
    expect(piece?.words[0]?.startSeconds).toBeCloseTo(2);
    expect(piece?.wordTimesEstimated).toBe(true);
  });

  it("does not listen for speech when there is text enough for the whole chunk", () => {
    const engine = engineThat([says("one two three four five")], [span(2, 6)]);
    transcribeChunk(engine, SOUND, OPTIONS);
    expect(engine.heard).toBe(0);
  });

  it("keeps short text when there is little speech", () => {
    const engine = engineThat([says("yes")], [span(2, 3)]);
    expect(transcribeChunk(engine, SOUND, OPTIONS).map(({ text }) => text)).toEqual(["yes"]);
    expect(engine.decoded).toEqual([10]);
  });

  it("decodes each stretch of speech when the text is too short for it", () => {
    const engine = engineThat(
      [says(""), says("first phrase"), says("second phrase")],
      [span(1, 3), span(6, 8)],
    );
    const pieces = transcribeChunk(engine, SOUND, OPTIONS);
    expect(
      pieces.map(({ text, startSeconds, endSeconds }) => [text, startSeconds, endSeconds]),
    ).toEqual([
      ["first phrase", 1, 3],
      ["second phrase", 6, 8],
    ]);
    // A little room before the speech, less after it.
    expect(engine.decoded[1]).toBeCloseTo(2.4);
    expect(engine.decoded[2]).toBeCloseTo(2.4);
  });

  it("joins stretches that are less than a second apart", () => {
    const engine = engineThat([says(""), says("both phrases")], [span(1, 3), span(3.5, 5)]);
    expect(transcribeChunk(engine, SOUND, OPTIONS)).toMatchObject([
      { text: "both phrases", startSeconds: 1, endSeconds: 5 },
    ]);
  });

  it("tries other margins when a stretch gives nothing", () => {
    const engine = engineThat([says(""), says(""), says("at last")], [span(1, 5)]);
    expect(transcribeChunk(engine, SOUND, OPTIONS)).toMatchObject([{ text: "at last" }]);
    expect(engine.decoded[2]).toBeLessThan(engine.decoded[1] ?? 0);
  });

  it("keeps the first text when decoding again gives less", () => {
    const engine = engineThat([says("something"), says("a")], [span(1, 7)]);
    expect(transcribeChunk(engine, SOUND, OPTIONS)).toMatchObject([{ text: "something" }]);
  });

  it("gives nothing for silence", () => {
    expect(transcribeChunk(engineThat([says("")], []), SOUND, OPTIONS)).toEqual([]);
  });

  it("does not bother the engine with less than any word", () => {
    const engine = engineThat([says("made up")], []);
    expect(transcribeChunk(engine, madeSound([0.09, 0.5]), OPTIONS)).toEqual([]);
    expect(engine.decoded).toEqual([]);
  });

  it("works without a voice-activity model", () => {
    expect(transcribeChunk(engineThat([says("")]), SOUND, OPTIONS)).toEqual([]);
    expect(transcribeChunk(engineThat([says("hm")]), SOUND, OPTIONS)).toMatchObject([
      { text: "hm" },
    ]);
  });

  it("does not show silence to a model that makes text up", () => {
    const engine = engineThat([says("Thank you for watching!")], []);
    expect(transcribeChunk(engine, SOUND, { ...OPTIONS, needsSpeech: true })).toEqual([]);
    expect(engine.decoded).toEqual([]);
  });

  it("uses the times that a model measured, from the start of the chunk", () => {
    const timed = says("late words", {
      tokens: [" late", " words"],
      timestamps: [0.3, 0.8],
      durations: [0.4, 0.4],
    });
    const engine = engineThat([says(""), timed], [span(6, 9)]);
    const [piece] = transcribeChunk(engine, SOUND, OPTIONS);
    expect(piece?.wordTimesEstimated).toBe(false);
    // The stretch was decoded from 0.3 s before its speech.
    expect(piece?.words[0]?.startSeconds).toBeCloseTo(6);
    expect(piece?.words[1]?.endSeconds).toBeCloseTo(6.9);
  });

  it.each([
    ["<|en|>", "en"],
    ["de", "de"],
    ["", undefined],
    ["<|nospeech|>", undefined],
  ])("reads the language %j as %j", (language, expected) => {
    const engine = engineThat([says("one two three four five", { language })]);
    expect(transcribeChunk(engine, SOUND, OPTIONS)[0]?.language).toBe(expected);
  });
});

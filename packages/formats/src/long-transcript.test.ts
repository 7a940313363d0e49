import { TranscriptionError } from "@earshot/core";
import type { Transcript, TranscriptEvent } from "@earshot/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { completeTranscript } from "./complete-transcript.ts";
import { cuesOf } from "./cues-of.ts";
import {
  completeInTurns,
  cuesInTurns,
  isLongTranscript,
  renderInTurns,
} from "./long-transcript.ts";
import { renderEvents } from "./render-events.ts";
import { renderTranscript } from "./render-transcript.ts";

const NEEDS = { words: true, segments: true, speakers: false };
/** How often each format gives way at least; text and json only copy the text. */
const FORMATS = [
  ["json", 1],
  ["text", 1],
  ["srt", 100],
  ["vtt", 100],
  ["verbose_json", 10],
  ["diarized_json", 2],
] as const;

const speech = (count: number): Transcript => {
  const words = Array.from({ length: count }, (_, index) => ({
    text: index % 9 === 8 ? "there." : "hello",
    startSeconds: index / 3,
    endSeconds: index / 3 + 0.3,
  }));
  return { text: words.map(({ text }) => text).join(" "), words, warnings: [] };
};

async function* finished(transcript: Transcript): AsyncGenerator<TranscriptEvent> {
  yield await Promise.resolve({ type: "done", transcript } as const);
}

const framesOf = async (
  transcript: Transcript,
  signal?: AbortSignal,
): Promise<readonly string[]> => {
  const frames: string[] = [];
  const options = { responseFormat: "diarized_json" } as const;
  for await (const frame of renderEvents(finished(transcript), options, signal)) frames.push(frame);
  return frames;
};

let turns = 0;
let onTurn: () => void = () => undefined;

beforeEach(() => {
  turns = 0;
  onTurn = () => undefined;
  vi.stubGlobal("setImmediate", (resolve: () => void) => {
    turns += 1;
    onTurn();
    queueMicrotask(resolve);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ["ten minutes of words", speech(1500), false],
  ["an hour of words", speech(9000), true],
  ["a text without spaces", { text: "字".repeat(20_000), warnings: [] }, true],
  [
    "a long segment",
    {
      text: "",
      segments: [{ text: "字".repeat(40_000), startSeconds: 0, endSeconds: 9 }],
      warnings: [],
    },
    true,
  ],
  ["silence", { text: "", warnings: [] }, false],
])("%s", (_, transcript, isLong) => {
  expect(isLongTranscript(transcript)).toBe(isLong);
});

describe("an answer of ten hours", () => {
  const answered = speech(100_000);
  const completed = completeTranscript(answered, NEEDS);

  test("is completed in turns to what it becomes at once", async () => {
    expect(await completeInTurns(answered, NEEDS)).toEqual(completed);
    expect(turns).toBeGreaterThan(100);
  });

  test.each(FORMATS)("is rendered in turns as at once in %s", async (responseFormat, least) => {
    const options = { responseFormat, timestampGranularities: ["word", "segment"] } as const;
    expect(await renderInTurns(completed, options)).toEqual(renderTranscript(completed, options));
    expect(turns).toBeGreaterThanOrEqual(least);
  });

  test("has the same cues in turns as at once", async () => {
    expect(await cuesInTurns(completed)).toEqual(cuesOf(completed));
    expect(turns).toBeGreaterThan(100);
  });

  test("is streamed in turns", async () => {
    const frames = await framesOf(answered);
    expect(frames.filter((frame) => frame.includes("transcript.text.segment"))).not.toEqual([]);
    expect(turns).toBeGreaterThan(100);
  });

  test("is given up when nobody waits for it any more", async () => {
    const leaving = new AbortController();
    const gone = new TranscriptionError("aborted", "The client went away.");
    onTurn = () => {
      if (turns === 20) leaving.abort(gone);
    };
    const options = { responseFormat: "srt" } as const;
    await expect(renderInTurns(completed, options, leaving.signal)).rejects.toBe(gone);
    expect(turns).toBe(20);
  });

  test("is given up while it is streamed, with an error event", async () => {
    const leaving = new AbortController();
    onTurn = () => {
      if (turns === 20) leaving.abort();
    };
    const frames = await framesOf(answered, leaving.signal);
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatch(/^event: error\n/u);
    expect(turns).toBe(20);
  });

  test("lets another one go on beside it", async () => {
    const order: string[] = [];
    const options = { responseFormat: "srt" } as const;
    const note = (name: string) => () => order.push(name);
    await Promise.all([
      renderInTurns(completed, options).then(note("ten hours")),
      renderInTurns(completeTranscript(speech(9000), NEEDS), options).then(note("one hour")),
    ]);
    expect(order).toEqual(["one hour", "ten hours"]);
  });
});

test("a short answer is streamed without waiting for a turn", async () => {
  expect((await framesOf(speech(200))).at(-1)).toContain("transcript.text.done");
  expect(turns).toBe(0);
});

import type { TranscriptEvent } from "@earshot/core";
import { TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { segmented, transcriptOf } from "../test/samples.ts";
import { renderEvents } from "./render-events.ts";
import type { RenderOptions } from "./render-transcript.ts";

const JSON_FORMAT: RenderOptions = { responseFormat: "json" };

async function* sourceOf(
  events: readonly TranscriptEvent[],
  failure?: Error,
): AsyncGenerator<TranscriptEvent> {
  yield* events;
  if (failure !== undefined) throw failure;
}

const framesOf = async (
  events: AsyncIterable<TranscriptEvent>,
  options: RenderOptions = JSON_FORMAT,
): Promise<readonly string[]> => {
  const frames: string[] = [];
  for await (const frame of renderEvents(events, options)) frames.push(frame);
  return frames;
};

/** Splits a frame as an event source does. */
const parse = (frame: string): readonly [name: string, data: unknown] => {
  const match = /^event: (.+)\ndata: (.+)\n\n$/u.exec(frame);
  return [match?.[1] ?? "no name", JSON.parse(match?.[2] ?? "null")];
};

const streamed = async (
  events: AsyncIterable<TranscriptEvent>,
  options?: RenderOptions,
): Promise<readonly (readonly [string, unknown])[]> => (await framesOf(events, options)).map(parse);

const done = (fields: Parameters<typeof transcriptOf>[0]): TranscriptEvent => ({
  type: "done",
  transcript: transcriptOf(fields),
});

const SEGMENTS = segmented([
  { from: 0, to: 1, says: "Hi.", speaker: "7" },
  { from: 1, to: 2, says: "Oh.", speaker: "8" },
]);

describe("deltas", () => {
  test("are frames with an event and a data line, then one done", async () => {
    const usage = { type: "tokens", inputTokens: 1, outputTokens: 2, totalTokens: 3 } as const;
    const frames = await framesOf(
      sourceOf([
        { type: "delta", text: "Hel\n" },
        { type: "delta", text: "lo", logprobs: [{ token: "lo", logprob: -1 }], segmentId: "s1" },
        done({ text: "Hel\nlo", usage, languages: ["en"] }),
      ]),
    );
    expect(frames).toEqual([
      'event: transcript.text.delta\ndata: {"type":"transcript.text.delta","delta":"Hel\\n"}\n\n',
      'event: transcript.text.delta\ndata: {"type":"transcript.text.delta","delta":"lo","logprobs":[{"token":"lo","logprob":-1}],"segment_id":"s1"}\n\n',
      'event: transcript.text.done\ndata: {"type":"transcript.text.done","text":"Hel\\nlo","languages":[{"code":"en"}],"usage":{"type":"tokens","input_tokens":1,"output_tokens":2,"total_tokens":3}}\n\n',
    ]);
  });

  test("a transcript that came in one piece is one delta and done", async () => {
    expect(await streamed(sourceOf([done({ text: "Hello." })]))).toEqual([
      ["transcript.text.delta", { type: "transcript.text.delta", delta: "Hello." }],
      ["transcript.text.done", { type: "transcript.text.done", text: "Hello." }],
    ]);
  });

  test("silence is done alone", async () => {
    expect(await streamed(sourceOf([{ type: "delta", text: "" }, done({})]))).toEqual([
      ["transcript.text.done", { type: "transcript.text.done", text: "" }],
    ]);
  });
});

describe("segments", () => {
  const first: TranscriptEvent = {
    type: "segment",
    id: "x1",
    segment: { text: "Hi.", startSeconds: 0, endSeconds: 1, speaker: "7" },
  };
  const names = async (
    events: readonly TranscriptEvent[],
    options: RenderOptions,
  ): Promise<readonly string[]> =>
    (await streamed(sourceOf(events), options)).map(([name]) => name);

  test("are sent as they come in diarized_json, and in no other format", async () => {
    const events = [first, done({ text: "Hi.", segments: SEGMENTS.slice(0, 1) })];
    const frames = await streamed(sourceOf(events), { responseFormat: "diarized_json" });
    expect(frames[0]).toEqual([
      "transcript.text.segment",
      {
        type: "transcript.text.segment",
        id: "x1",
        start: 0,
        end: 1,
        text: "Hi.",
        speaker: "A",
      },
    ]);
    expect(frames.length).toBe(3);
    expect(await names(events, JSON_FORMAT)).not.toContain("transcript.text.segment");
  });

  test("of a source that streams none come before done, and again in it", async () => {
    const frames = await streamed(sourceOf([done({ text: "Hi. Oh.", segments: SEGMENTS })]), {
      responseFormat: "diarized_json",
    });
    expect(frames.map(([name]) => name)).toEqual([
      "transcript.text.delta",
      "transcript.text.segment",
      "transcript.text.segment",
      "transcript.text.done",
    ]);
    expect(frames.at(-1)?.[1]).toMatchObject({
      text: "Hi. Oh.",
      duration: 2,
      segments: [
        { id: "seg_001", speaker: "A" },
        { id: "seg_002", speaker: "B" },
      ],
    });
  });
});

describe("the last event holds what the format adds", () => {
  const last = async (options: RenderOptions, fields = {}): Promise<unknown> => {
    const source = sourceOf([done({ text: "Hi. Oh.", segments: SEGMENTS, ...fields })]);
    return (await streamed(source, options)).at(-1)?.[1];
  };

  test("verbose_json: its fields", async () => {
    expect(await last({ responseFormat: "verbose_json" }, { language: "en" })).toMatchObject({
      type: "transcript.text.done",
      language: "english",
      duration: 2,
      segments: [{ id: 0, tokens: [] }, { id: 1 }],
    });
  });

  test("srt and vtt: the document", async () => {
    expect(await last({ responseFormat: "srt" })).toMatchObject({
      srt: expect.stringContaining("00:00:00,000 --> 00:00:01,000\nA: Hi."),
    });
    expect(await last({ responseFormat: "vtt" })).toMatchObject({
      vtt: expect.stringMatching(/^WEBVTT\n/u),
    });
  });

  test("without any times: a warning in its place", async () => {
    const body = await last({ responseFormat: "srt" }, { segments: [] });
    expect(body).not.toHaveProperty("srt");
    expect(body).toMatchObject({ warnings: [{ param: "response_format" }] });
  });
});

describe("errors", () => {
  test("of the source become a last frame that OpenAI's clients throw on", async () => {
    const failure = new TranscriptionError("rate_limited", "Too many requests to acme.");
    const source = sourceOf([{ type: "delta", text: "Hel" }], failure);
    expect((await streamed(source)).at(-1)).toEqual([
      "error",
      {
        error: {
          message: "Too many requests to acme.",
          type: "rate_limit_error",
          param: null,
          code: "rate_limit_exceeded",
        },
      },
    ]);
  });

  test("of another kind tell nothing about themselves", async () => {
    const frames = await framesOf(sourceOf([], new Error("key sk-test-123 in /etc")));
    expect(frames.length).toBe(1);
    expect(frames[0]).toContain('"code":"internal"');
    expect(frames[0]).not.toContain("sk-test-123");
  });

  test("a source that ends too early is one", async () => {
    const frames = await streamed(sourceOf([{ type: "delta", text: "Hel" }]));
    expect(frames.at(-1)).toMatchObject(["error", { error: { code: "bad_response" } }]);
  });
});

test("a reader that leaves closes the source", async () => {
  let closed = false;
  async function* source(): AsyncGenerator<TranscriptEvent> {
    try {
      yield { type: "delta", text: "a" };
      yield { type: "delta", text: "b" };
    } finally {
      closed = true;
    }
  }
  for await (const frame of renderEvents(source(), JSON_FORMAT)) {
    expect(frame).toContain('"a"');
    break;
  }
  expect(closed).toBe(true);
});

import { TranscriptionError } from "@earshot/core";
import type { Transcript, TranscriptEvent } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { readOpenaiStream } from "./openai-stream.ts";

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new TextEncoder().encode(text);
  // In small pieces, so that frames and characters are cut anywhere.
  for (let at = 0; at < bytes.length; at += 7) yield bytes.slice(at, at + 7);
}

const frames = (...data: readonly unknown[]): string =>
  data
    .map((item) => `data: ${typeof item === "string" ? item : JSON.stringify(item)}\n\n`)
    .join("");

const collect = async (text: string): Promise<readonly TranscriptEvent[]> => {
  const events: TranscriptEvent[] = [];
  for await (const event of readOpenaiStream({ provider: "acme", body: bytesOf(text) }))
    events.push(event);
  return events;
};

const errorOf = async (text: string): Promise<TranscriptionError> => {
  try {
    await collect(text);
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("The stream came to a good end.");
};

const delta = (text: string): unknown => ({ type: "transcript.text.delta", delta: text });

const transcriptOf = (events: readonly TranscriptEvent[]): Transcript => {
  const last = events.at(-1);
  if (last?.type !== "done") throw new Error("The last event is `done`.");
  return last.transcript;
};

describe("readOpenaiStream", () => {
  test("passes deltas on with their log probabilities and ends with usage", async () => {
    const logprobs = [{ token: "I", logprob: -0.1, bytes: [73] }];
    const events = await collect(
      frames(
        { type: "transcript.text.delta", delta: "I", logprobs },
        delta(" see – skies"),
        {
          type: "transcript.text.done",
          text: "I see – skies",
          logprobs,
          usage: { input_tokens: 14, output_tokens: 45, total_tokens: 59 },
        },
        "[DONE]",
      ),
    );
    expect(events.slice(0, 2)).toEqual([
      { type: "delta", text: "I", logprobs },
      { type: "delta", text: " see – skies" },
    ]);
    expect(events).toHaveLength(3);
    expect(transcriptOf(events)).toMatchObject({
      text: "I see – skies",
      logprobs,
      usage: { type: "tokens", inputTokens: 14, outputTokens: 45, totalTokens: 59 },
    });
  });

  test("passes segments on and gathers them", async () => {
    const part = {
      type: "transcript.text.segment",
      id: "seg_002",
      start: 5.2,
      end: 12.8,
      text: "Hi, I need help.",
      speaker: "A",
    };
    const segment = { text: "Hi, I need help.", startSeconds: 5.2, endSeconds: 12.8, speaker: "A" };
    const events = await collect(
      frames(part, { type: "transcript.text.done", text: "A: Hi, I need help." }),
    );
    expect(events.slice(0, 2)).toEqual([
      { type: "segment", id: "seg_002", segment },
      { type: "delta", text: "Hi, I need help." },
    ]);
    expect(transcriptOf(events)).toMatchObject({ text: "Hi, I need help.", segments: [segment] });
  });

  test("takes the deltas for the text when the end holds none, as at speaches", async () => {
    const events = await collect(
      frames(delta(" And so,"), delta(" my fellow Americans"), {
        type: "transcript.text.done",
        text: "",
        logprobs: null,
      }),
    );
    expect(events[0]).toEqual({ type: "delta", text: "And so," });
    expect(transcriptOf(events).text).toBe("And so, my fellow Americans");
  });

  test("reads what LocalAI adds to the end", async () => {
    const events = await collect(
      frames({
        type: "transcript.text.done",
        text: "Hi",
        language: "en",
        duration: 1.5,
        segments: [{ id: 0, start: 0, end: 1.5, text: " Hi" }],
      }),
    );
    expect(transcriptOf(events)).toMatchObject({
      language: "en",
      durationSeconds: 1.5,
      segments: [{ text: "Hi", startSeconds: 0, endSeconds: 1.5 }],
    });
  });

  test("silence is an empty transcript without deltas", async () => {
    const events = await collect(frames({ type: "transcript.text.done", text: "" }));
    expect(events.map(({ type }) => type)).toEqual(["done"]);
    expect(transcriptOf(events).text).toBe("");
  });

  test("reads the chat-like chunks of vLLM", async () => {
    const chunk = (content: string, finish?: string): unknown => ({
      id: "trsc-1",
      object: "transcription.chunk",
      created: 1,
      model: "m",
      choices: [{ delta: { content }, ...(finish === undefined ? {} : { finish_reason: finish }) }],
    });
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    const events = await collect(
      frames(
        chunk(" Hello"),
        chunk(" you", "stop"),
        { object: "transcription.chunk", choices: [], usage },
        "[DONE]",
      ),
    );
    expect(events.map((event) => (event.type === "delta" ? event.text : event.type))).toEqual([
      "Hello",
      " you",
      "done",
    ]);
    expect(transcriptOf(events)).toMatchObject({
      text: "Hello you",
      usage: { type: "tokens", inputTokens: 5, outputTokens: 2, totalTokens: 7 },
    });
    expect((await errorOf(frames(chunk(" Hello"), chunk(" you", "stop")))).code).toBe("network");
  });

  test("a stream that ends early is an error, also with [DONE]", async () => {
    expect((await errorOf(frames(delta("I see")))).code).toBe("network");
    expect((await errorOf(frames(delta("I see"), "[DONE]"))).code).toBe("network");
    expect((await errorOf("")).code).toBe("network");
  });

  test("errors inside the stream are classified", async () => {
    const localai = { type: "error", error: { message: "rpc error", type: "server_error" } };
    expect((await errorOf(frames(delta("I"), localai, "[DONE]"))).code).toBe("provider_error");
    const vllm = {
      error: { message: "Slow down", type: "RateLimitError", param: null, code: 429 },
    };
    expect((await errorOf(frames(vllm, "[DONE]"))).code).toBe("rate_limited");
    const flat = { type: "error", message: "Audio file is empty" };
    expect((await errorOf(frames(flat))).code).toBe("audio_unreadable");
    const named = 'event: error\ndata: {"message":"The server is overloaded"}\n\n';
    expect((await errorOf(named)).code).toBe("provider_error");
  });

  test.each([
    ["a piece that is a number", { type: "transcript.text.delta", delta: 5 }],
    ["a piece that is null", { type: "transcript.text.delta", delta: null }],
    ["a piece that is an object", { type: "transcript.text.delta", delta: { text: "I" } }],
    ["a chunk that is a number", { choices: [{ delta: { content: 5 } }] }],
    ["null", null],
    ["a list", []],
    ["a text", '"Hello."'],
    ["an end whose text is a number", { type: "transcript.text.done", text: 5 }],
    ["an end without a text", { type: "transcript.text.done" }],
    ["an end whose text is null", { type: "transcript.text.done", text: null }],
    ["an end of binary data", { type: "transcript.text.done", text: "\u0000\u0001" }],
  ])("%s is a bad answer", async (_what, frame) => {
    const error = await errorOf(frames(frame, "[DONE]"));
    expect([error.code, error.provider]).toEqual(["bad_response", "acme"]);
  });

  test("silence has to be said", async () => {
    const said = await collect(frames({ type: "transcript.text.done", text: "" }));
    expect(transcriptOf(said).text).toBe("");
    expect((await errorOf(frames({ choices: [] }, "[DONE]"))).code).toBe("network");
  });

  test("a key in an event is a bad answer, in an error it is taken out", async () => {
    const read = async (frame: unknown): Promise<unknown> => {
      const secrets = ["sk-test-0123456789"];
      const body = bytesOf(frames(frame));
      try {
        for await (const event of readOpenaiStream({ provider: "acme", body, secrets }))
          expect(event.type).toBe("never");
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(await read(delta("You are sk-test-0123456789."))).toMatchObject({
      code: "bad_response",
      message: "The stream of acme repeats the key of the call.",
    });
    expect(await read({ error: { message: "Bad key sk-test-0123456789" } })).toMatchObject({
      message: "acme answered 500: Bad key [redacted].",
    });
  });

  test("thousands of segments take no quadratic time", async () => {
    const segment = { type: "transcript.text.segment", start: 0, end: 1, text: "a", speaker: "A" };
    const many = Array.from({ length: 20_000 }, (_, id) => ({ ...segment, id: `s${id}` }));
    const events = await collect(frames(...many, { type: "transcript.text.done", text: "a" }));
    expect(transcriptOf(events).segments).toHaveLength(20_000);
  });

  test("what is no JSON is a bad answer, unknown events are passed over", async () => {
    expect((await errorOf("data: hello\n\n")).code).toBe("bad_response");
    const events = await collect(
      frames({ type: "transcript.novelty" }, { type: "transcript.text.done", text: "Hi" }),
    );
    expect(events.map(({ type }) => type)).toEqual(["delta", "done"]);
  });

  test.each(["error", "abort"])("a chat that ends with %s is a failure", async (reason) => {
    const chunk = (content: string, finish: string | null): unknown => ({
      choices: [{ index: 0, delta: { content }, finish_reason: finish }],
    });
    const text = frames(chunk("Hello", null), chunk("", reason), "[DONE]");
    expect((await errorOf(text)).code).toBe("provider_error");
  });

  test("what only keeps the connection open is passed over", async () => {
    const text = `data:\n\nevent: ping\ndata: ping\n\n${frames(delta("Hi"), { type: "transcript.text.done", text: "Hi" })}`;
    expect((await collect(text)).map(({ type }) => type)).toEqual(["delta", "done"]);
  });

  test("segments whose times no recording has are left out", async () => {
    const segment = { type: "transcript.text.segment", text: "a", speaker: "A" };
    const events = await collect(
      frames(
        { ...segment, start: 1e308, end: 1e308 },
        { ...segment, start: 0, end: 1 },
        {
          type: "transcript.text.done",
          text: "a",
        },
      ),
    );
    expect(events.filter(({ type }) => type === "segment")).toHaveLength(1);
  });
});

import { TranscriptionError } from "@earshot/core";
import type { ResponseFormat, TimestampGranularity, Transcript } from "@earshot/core";
import { createRequest } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { fromOpenaiResponse } from "./openai-response.ts";

interface Asked {
  readonly wanted?: ResponseFormat;
  readonly granularities?: readonly TimestampGranularity[];
}

const read = (format: ResponseFormat, body: unknown, asked: Asked = {}): Transcript =>
  fromOpenaiResponse({
    provider: "acme",
    format,
    body: typeof body === "string" ? body : JSON.stringify(body),
    request: createRequest("whisper-1", {
      responseFormat: asked.wanted ?? format,
      timestampGranularities: asked.granularities ?? [],
    }),
  });

const errorOf = (format: ResponseFormat, body: unknown): TranscriptionError => {
  try {
    read(format, body);
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("It took this for a transcript.");
};

const segment = {
  id: 0,
  seek: 0,
  start: 0,
  end: 3.32,
  text: " The beach was popular.",
  tokens: [50364, 440],
  temperature: 0,
  avg_logprob: -0.28,
  compression_ratio: 1.23,
  no_speech_prob: 0.009,
};

const verbose = {
  task: "transcribe",
  language: "english",
  duration: 8.47,
  text: "The beach was popular.",
  segments: [segment],
  usage: { type: "duration", seconds: 9 },
};

const without = (key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(segment).filter(([name]) => name !== key));

describe("fromOpenaiResponse", () => {
  test("reads verbose_json in full", () => {
    expect(read("verbose_json", verbose)).toMatchObject({
      text: "The beach was popular.",
      language: "en",
      durationSeconds: 8.47,
      segments: [
        {
          text: "The beach was popular.",
          startSeconds: 0,
          endSeconds: 3.32,
          seek: 0,
          tokens: [50364, 440],
          temperature: 0,
          averageLogprob: -0.28,
          compressionRatio: 1.23,
          noSpeechProbability: 0.009,
        },
      ],
      usage: { type: "duration", seconds: 9 },
      raw: verbose,
      warnings: [],
    });
  });

  test("reads tokens as usage, also without a type", () => {
    const usage = {
      input_tokens: 14,
      input_token_details: { text_tokens: 0, audio_tokens: 14 },
      output_tokens: 45,
      total_tokens: 59,
    };
    expect(read("json", { text: "Hi.", usage }).usage).toEqual({
      type: "tokens",
      inputTokens: 14,
      outputTokens: 45,
      totalTokens: 59,
      inputTextTokens: 0,
      inputAudioTokens: 14,
    });
  });

  test("reads the languages of gpt-transcribe, of which there may be none", () => {
    const found = read("json", { text: "Hi.", languages: [{ code: "en" }, { code: "pt" }] });
    expect([found.language, found.languages]).toEqual(["en", ["en", "pt"]]);
    expect(read("json", { text: "Hi.", languages: [] }).language).toBeUndefined();
  });

  test("reads log probabilities", () => {
    const logprobs = [{ token: "Hey", logprob: -1.04, bytes: [72, 101, 121] }, { token: 3 }];
    expect(read("json", { text: "Hey", logprobs }).logprobs).toEqual([logprobs[0]]);
  });

  test("takes the speakers' labels out of the text of diarized_json", () => {
    const transcript = read("diarized_json", {
      task: "transcribe",
      duration: 27.4,
      text: "Agent: Thanks for calling.\nA: Hi, I'm trying this: diarization.",
      segments: [
        {
          id: "seg_2",
          start: 4.7,
          end: 11,
          text: "Hi, I'm trying this: diarization.",
          speaker: "A",
        },
        { id: "seg_1", start: 0, end: 4.7, text: "Thanks for calling.", speaker: "agent" },
      ],
    });
    expect(transcript.text).toBe("Thanks for calling. Hi, I'm trying this: diarization.");
    expect(transcript.segments?.map(({ speaker }) => speaker)).toEqual(["agent", "A"]);
  });

  test("leaves a text alone in which only some lines look labelled", () => {
    const text = "A: one\nand two";
    const segments = [{ id: "1", start: 0, end: 1, text: "one", speaker: "A" }];
    expect(read("diarized_json", { text, segments }).text).toBe(text);
  });

  test("takes silence for an empty transcript in every format", () => {
    const silence: readonly (readonly [ResponseFormat, unknown])[] = [
      ["json", { text: "" }],
      ["verbose_json", { ...verbose, text: " ", segments: [] }],
      ["diarized_json", { text: "", segments: [] }],
      ["text", "\n"],
      ["srt", ""],
      ["vtt", "WEBVTT\n\n"],
    ];
    for (const [format, body] of silence) expect(read(format, body).text).toBe("");
  });

  test("reads subtitles as segments", () => {
    const srt =
      "1\r\n00:00:00,000 --> 00:00:03,320\r\nThe beach\r\nwas popular.\r\n\r\n2\r\n01:00:03,320 --> 01:00:04,000\r\nYes.\r\n\r\n";
    expect(read("srt", srt)).toMatchObject({
      text: "The beach was popular. Yes.",
      segments: [
        { text: "The beach was popular.", startSeconds: 0, endSeconds: 3.32 },
        { text: "Yes.", startSeconds: 3603.32, endSeconds: 3604 },
      ],
    });
    const vtt =
      "WEBVTT\n\nNOTE x\n\n00:00.500 --> 00:02.000 align:start\n<v Ann>Hello <i>you</i>\n\n";
    expect(read("vtt", vtt).segments).toEqual([
      { text: "Hello you", startSeconds: 0.5, endSeconds: 2, speaker: "Ann" },
    ]);
  });

  test("tolerates null, missing, additional and mistyped fields", () => {
    const transcript = read("verbose_json", {
      text: "Hi.",
      language: null,
      duration: "n/a",
      segments: [{ text: "Hi." }, null, 3],
      words: null,
      usage: { type: "duration", seconds: null },
      novelty: {},
    });
    expect(transcript).toEqual({ text: "Hi.", warnings: [], raw: transcript.raw });
  });
});

describe("bodies that are no transcript", () => {
  test("are refused as bad answers", () => {
    const bodies: readonly (readonly [ResponseFormat, unknown])[] = [
      ["json", ""],
      ["json", '{"text":"cut'],
      ["json", "<html><title>Welcome</title></html>"],
      ["json", { ok: true }],
      ["json", "[]"],
      ["json", "null"],
      ["json", { text: null }],
      ["json", { text: 5 }],
      ["json", { text: ["Hi."] }],
      ["json", { text: { value: "Hi." } }],
      ["json", { segments: [] }],
      ["verbose_json", { text: null, segments: [] }],
      ["json", '{"text":"Hi.","segments":[{"start":NaN}]}'],
      ["json", "[".repeat(100_000)],
      ["text", "<!DOCTYPE html><title>Sign in</title>"],
      ["srt", "<html></html>"],
    ];
    for (const [format, body] of bodies) expect(errorOf(format, body).code).toBe("bad_response");
  });

  test("may be segments alone, where these hold the words", () => {
    const segments = [{ start: 0, end: 1, text: "Hi." }];
    expect(read("verbose_json", { segments }).text).toBe("Hi.");
  });

  test("are not kept verbatim with times before the start", () => {
    const body = { ...verbose, segments: [{ ...segment, start: -1 }] };
    const transcript = read("verbose_json", body);
    expect(transcript.verbatim).toBeUndefined();
    expect(transcript.segments?.[0]?.startSeconds).toBe(0);
  });

  test("that hold an error behind a success are classified by their words", () => {
    expect(errorOf("json", { error: "failed to read audio data" }).code).toBe("audio_unreadable");
    expect(errorOf("text", { error: { message: "Out of credits", code: "x" } }).code).toBe(
      "quota_exhausted",
    );
  });
});

describe("an error behind a success, as old vLLM versions send it,", () => {
  test("is read with the status that it names", () => {
    const old = {
      object: "error",
      message: "Invalid or unsupported audio file.",
      type: "BadRequestError",
      param: null,
      code: 400,
    };
    expect(errorOf("json", old).code).toBe("unsupported_media");
    expect(errorOf("text", old).upstreamStatus).toBe(400);
  });
});

describe("what other servers do differently", () => {
  test("vLLM: duration as a string, null for unknown probabilities, an ISO code", () => {
    const transcript = read("verbose_json", {
      duration: "17.653125",
      language: "en",
      text: " Hey, who remembers?",
      segments: [{ ...segment, no_speech_prob: null }],
      words: null,
    });
    expect(transcript).toMatchObject({ durationSeconds: 17.653125, language: "en" });
    expect(transcript.text).toBe("Hey, who remembers?");
    expect(transcript.segments?.[0]?.noSpeechProbability).toBeUndefined();
    expect(transcript.verbatim).toBeUndefined();
  });

  test("vLLM: JSON although text was asked for", () => {
    const body = { text: " Hey.", usage: { type: "duration", seconds: 18 } };
    expect(read("text", body)).toMatchObject({ text: "Hey.", usage: { seconds: 18 } });
  });

  test("whisper.cpp: tokens as words inside segments, line breaks between segments", () => {
    const transcript = read("verbose_json", {
      task: "transcribe",
      language: "english",
      duration: 5,
      text: " That's one small st\nep for man.\n",
      segments: [
        {
          id: 0,
          text: " That's one small st",
          start: 0,
          end: 5,
          tokens: [1320, 338],
          words: [
            { word: " That", start: 0.16, end: 0.31, t_dtw: -1, probability: 0.31 },
            { word: "'s", start: 0.38, end: 0.49, t_dtw: -1, probability: 0.84 },
            { word: " one", start: 0.5, end: 0.7, t_dtw: -1, probability: 0.9 },
          ],
          temperature: 0,
          avg_logprob: -0.1,
          speaker: "?",
        },
      ],
    });
    expect(transcript.text).toBe("That's one small step for man.");
    expect(transcript.words).toEqual([
      { text: "That's", startSeconds: 0.16, endSeconds: 0.49, confidence: 0.31 },
      { text: "one", startSeconds: 0.5, endSeconds: 0.7, confidence: 0.9 },
    ]);
    expect(transcript.segments?.[0]?.speaker).toBeUndefined();
    expect(transcript.verbatim).toBeUndefined();
  });

  test("whisper.cpp: characters of a script without spaces stay words of their own", () => {
    const words = ["你", "好", "世界"].map((word, at) => ({ word, start: at, end: at + 1 }));
    const { words: read_ } = read("verbose_json", {
      text: "你好世界\n",
      segments: [{ text: "你好世界", start: 0, end: 3, words }],
    });
    expect(read_?.map(({ text }) => text)).toEqual(["你", "好", "世界"]);
  });

  test("LocalAI: `text` for `word`, seconds or nanoseconds", () => {
    const words = [{ start: 0.5, end: 1, text: " Hi" }];
    expect(read("verbose_json", { text: "Hi", words, segments: [] }).words).toEqual([
      { text: "Hi", startSeconds: 0.5, endSeconds: 1 },
    ]);
    const old = [
      { id: 0, start: 0, end: 9_640_000_000, text: " My fellow Americans", tokens: null },
    ];
    expect(read("verbose_json", { text: "My fellow Americans", segments: old }).segments).toEqual([
      { text: "My fellow Americans", startSeconds: 0, endSeconds: 9.64 },
    ]);
  });

  test("Groq: words that start a moment before the one in front stay in the order of the text", () => {
    const words = [
      { word: "Venus", start: 31.92, end: 32.18 },
      { word: "and", start: 32.18, end: 32.48 },
      { word: "Earth,", start: 32.02, end: 33.14 },
    ];
    expect(read("verbose_json", { text: "Venus and Earth,", words }).words).toEqual([
      { text: "Venus", startSeconds: 31.92, endSeconds: 32.18 },
      { text: "and", startSeconds: 32.18, endSeconds: 32.48 },
      { text: "Earth,", startSeconds: 32.18, endSeconds: 33.14 },
    ]);
  });

  test("words of a second channel, listed after the first, are put in between", () => {
    const words = [
      { word: "Hi", start: 0, end: 1 },
      { word: "there", start: 4, end: 5 },
      { word: "Hello", start: 2, end: 3 },
    ];
    const texts = read("verbose_json", { text: "Hi there Hello", words }).words ?? [];
    expect(texts.map(({ text }) => text)).toEqual(["Hi", "Hello", "there"]);
  });

  test("Together: speakers in a list of their own and on words", () => {
    const words = [{ id: 0, word: "Hi", start: 0, end: 1, speaker_id: "SPEAKER_00" }];
    const transcript = read("verbose_json", {
      text: "Hi",
      language: "en",
      duration: 1,
      segments: [{ id: 0, start: 0, end: 1, text: "Hi" }],
      speaker_segments: [{ id: 0, speaker_id: "SPEAKER_00", start: 0, end: 1, text: "Hi", words }],
      words,
    });
    expect(transcript.segments).toEqual([
      { text: "Hi", startSeconds: 0, endSeconds: 1, speaker: "SPEAKER_00" },
    ]);
    expect(transcript.words?.[0]?.speaker).toBe("SPEAKER_00");
  });

  test("several languages in one string", () => {
    const transcript = read("verbose_json", { ...verbose, language: "en, german" });
    expect(transcript.languages).toEqual(["en", "de"]);
  });
});

describe("a verbatim body", () => {
  const isVerbatim = (format: ResponseFormat, body: unknown, asked?: Asked): boolean =>
    read(format, body, asked).verbatim !== undefined;

  test("is kept, with the vendor's extras, when it is exactly OpenAI's shape", () => {
    const body = JSON.stringify({ ...verbose, x_extra: { id: 1 } });
    expect(read("verbose_json", body).verbatim).toEqual({ format: "verbose_json", body });
    expect(isVerbatim("json", { text: "Hi.", x_groq: { id: "req_1" } })).toBe(true);
    expect(isVerbatim("text", "Hi.\n")).toBe(true);
    expect(isVerbatim("srt", "1\n00:00:00,000 --> 00:00:01,000\nHi.\n\n")).toBe(true);
    expect(isVerbatim("vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHi.\n\n")).toBe(true);
  });

  test("is not kept when the client asked for another format", () => {
    expect(isVerbatim("verbose_json", verbose, { wanted: "srt" })).toBe(false);
  });

  test("is not kept when a strict client would reject it", () => {
    const broken: readonly unknown[] = [
      ...Object.keys(segment).map((key) => ({ ...verbose, segments: [without(key)] })),
      { ...verbose, segments: [{ ...segment, no_speech_prob: null }] },
      { ...verbose, duration: "8.47" },
      { ...verbose, language: "en" },
      { ...verbose, language: undefined },
      { ...verbose, words: null },
      { ...verbose, words: [{ text: "The", start: 0, end: 1 }] },
      { ...verbose, text: " The beach was popular." },
      { ...verbose, segments: undefined },
    ];
    for (const body of broken)
      expect([body, isVerbatim("verbose_json", body)]).toEqual([body, false]);
    expect(isVerbatim("json", { text: " Hi." })).toBe(false);
    expect(isVerbatim("json", { text: "Hi.", logprobs: null })).toBe(false);
    expect(isVerbatim("text", " Hi.\n")).toBe(false);
    expect(isVerbatim("srt", "1\n00:00:00,000 --> 00:00:01,000\n Hi.\n\n")).toBe(false);
    expect(isVerbatim("diarized_json", { text: "Hi.", segments: [], duration: 1 })).toBe(false);
  });

  test("is not kept when words were asked for and are not in it", () => {
    const granularities = ["word"] as const;
    expect(isVerbatim("verbose_json", verbose, { granularities })).toBe(false);
    const words = [{ word: "The", start: 0, end: 0.24 }];
    const body = { ...verbose, segments: undefined, words };
    expect(isVerbatim("verbose_json", body, { granularities })).toBe(true);
  });
});

describe("an answer with more than any recording has", () => {
  test("keeps a segment without its countless tokens", () => {
    const tokens = Array.from({ length: 100_000 }, () => 1);
    const { segments } = read("verbose_json", {
      text: "Hi.",
      segments: [{ text: "Hi.", start: 0, end: 1, tokens }],
    });
    expect(segments).toEqual([{ text: "Hi.", startSeconds: 0, endSeconds: 1 }]);
  });

  test("tells a hundred languages at most", () => {
    const languages = [...Array.from({ length: 100 }, () => "en"), "de"];
    expect(read("json", { text: "Hi.", languages }).languages).toEqual(["en"]);
  });
});

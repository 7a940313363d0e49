import type { ResponseFormat, Transcript } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { segmented, spoken, transcriptOf } from "../test/samples.ts";
import { renderTranscript } from "./render-transcript.ts";
import type { RenderOptions } from "./render-transcript.ts";

const HELLO = [{ from: 0, to: 1.25, says: "Hello there." }];

const json = (
  fields: Partial<Transcript>,
  responseFormat: ResponseFormat,
  options: Partial<RenderOptions> = {},
): unknown =>
  JSON.parse(renderTranscript(transcriptOf(fields), { responseFormat, ...options }).body);

test.each([
  ["json", "application/json"],
  ["verbose_json", "application/json"],
  ["diarized_json", "application/json"],
  ["text", "text/plain; charset=utf-8"],
  ["srt", "text/plain; charset=utf-8"],
  ["vtt", "text/plain; charset=utf-8"],
] as const)("%s is sent as %s", (responseFormat, contentType) => {
  const transcript = transcriptOf({ text: "Hello there.", segments: segmented(HELLO) });
  expect(renderTranscript(transcript, { responseFormat }).contentType).toBe(contentType);
});

test("text is the text and a line feed", () => {
  const transcript = transcriptOf({ text: "Hello there." });
  expect(renderTranscript(transcript, { responseFormat: "text" }).body).toBe("Hello there.\n");
});

describe("json", () => {
  test("of a bare transcript is its text alone", () => {
    expect(json({ text: "Hello." }, "json")).toEqual({ text: "Hello." });
  });

  test("holds languages, logprobs, usage and warnings where there are any", () => {
    const fields: Partial<Transcript> = {
      text: "Hi.",
      languages: ["en", "fr"],
      logprobs: [{ token: "Hi", logprob: -0.5, bytes: [72, 105] }],
      usage: { type: "duration", seconds: 36.71 },
      warnings: [{ param: "temperature", message: "Not supported." }],
    };
    expect(json(fields, "json")).toEqual({
      text: "Hi.",
      languages: [{ code: "en" }, { code: "fr" }],
      logprobs: [{ token: "Hi", logprob: -0.5, bytes: [72, 105] }],
      usage: { type: "duration", seconds: 37 },
      warnings: [{ param: "temperature", message: "Not supported." }],
    });
  });

  test("spells tokens as OpenAI does", () => {
    const usage = { type: "tokens", inputTokens: 9, outputTokens: 3, totalTokens: 12 } as const;
    const tokens = { type: "tokens", input_tokens: 9, output_tokens: 3, total_tokens: 12 };
    expect(json({ usage }, "json")).toEqual({ text: "", usage: tokens });
    expect(json({ usage: { ...usage, inputAudioTokens: 8 } }, "json")).toEqual({
      text: "",
      usage: { ...tokens, input_token_details: { audio_tokens: 8 } },
    });
  });
});

describe("verbose_json", () => {
  test("has the language's name, a numeric duration and ten fields a segment", () => {
    const fields = {
      text: "Hello there.",
      language: "en",
      durationSeconds: 1.5004,
      segments: segmented(HELLO),
    };
    expect(json(fields, "verbose_json")).toEqual({
      task: "transcribe",
      language: "english",
      duration: 1.5,
      text: "Hello there.",
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: 1.25,
          text: " Hello there.",
          tokens: [],
          temperature: 0,
          avg_logprob: 0,
          compression_ratio: 0,
          no_speech_prob: 0,
        },
      ],
    });
  });

  test("keeps what Whisper told", () => {
    const segment = {
      text: " Hi.",
      startSeconds: 0,
      endSeconds: 1,
      seek: 300,
      tokens: [50364, 13],
      temperature: 0.2,
      averageLogprob: -0.25,
      compressionRatio: 1.1,
      noSpeechProbability: 0.01,
    };
    expect(json({ text: "Hi.", segments: [segment] }, "verbose_json")).toMatchObject({
      segments: [
        {
          seek: 300,
          text: " Hi.",
          tokens: [50364, 13],
          temperature: 0.2,
          avg_logprob: -0.25,
          compression_ratio: 1.1,
          no_speech_prob: 0.01,
        },
      ],
    });
  });

  test("puts no space before scripts that have none", () => {
    const segments = segmented([{ from: 0, to: 1, says: "はい。" }]);
    expect(json({ text: "はい。", segments }, "verbose_json")).toMatchObject({
      segments: [{ text: "はい。" }],
    });
  });

  test("has words or segments as asked, segments when nothing was said", () => {
    const fields = { text: "Hello there.", segments: segmented(HELLO), words: spoken(HELLO) };
    const keys = (timestampGranularities: RenderOptions["timestampGranularities"]): unknown => {
      const options = timestampGranularities === undefined ? {} : { timestampGranularities };
      const body = json(fields, "verbose_json", options);
      return ["segments", "words"].filter((key) => Object.hasOwn(Object(body), key));
    };
    expect(keys(undefined)).toEqual(["segments"]);
    expect(keys([])).toEqual(["segments"]);
    expect(keys(["word"])).toEqual(["words"]);
    expect(keys(["word", "segment"])).toEqual(["segments", "words"]);
  });

  test("spells words as OpenAI does and marks estimated ones", () => {
    const fields = { text: "Hi.", words: spoken([{ from: 1, to: 2, says: "Hi.", speaker: "0" }]) };
    const options = { timestampGranularities: ["word"] } as const;
    const words = [{ word: "Hi.", start: 1, end: 2, speaker: "A" }];
    const measured = json(fields, "verbose_json", options);
    expect(measured).toMatchObject({ words });
    expect(measured).not.toHaveProperty("words_estimated");
    const estimated = { ...fields, wordTimesEstimated: true };
    expect(json(estimated, "verbose_json", options)).toMatchObject({
      words,
      words_estimated: true,
    });
    expect(json(estimated, "verbose_json")).not.toHaveProperty("words_estimated");
  });

  test("names speakers beside the ten fields", () => {
    const segments = segmented([
      { ...HELLO[0], from: 0, to: 1, says: "Hi.", speaker: "speaker_4" },
    ]);
    expect(json({ text: "Hi.", segments }, "verbose_json")).toMatchObject({
      segments: [{ speaker: "A" }],
    });
  });

  test("takes the duration from the last word where it was not measured", () => {
    expect(json({ words: spoken(HELLO) }, "verbose_json")).toMatchObject({ duration: 1.25 });
    expect(json({ usage: { type: "duration", seconds: 7 } }, "verbose_json")).toMatchObject({
      duration: 7,
    });
    expect(json({}, "verbose_json")).toMatchObject({ duration: 0 });
  });

  test("of a translation is English, of nothing known is unknown, of a rare language its code", () => {
    const language = (fields: Partial<Transcript>, task: RenderOptions["task"] = "transcribe") =>
      json(fields, "verbose_json", { task });
    expect(language({ language: "de" }, "translate")).toMatchObject({
      task: "translate",
      language: "english",
    });
    expect(language({})).toMatchObject({ language: "unknown" });
    expect(language({ language: "tlh" })).toMatchObject({ language: "tlh" });
    expect(language({ languages: ["de", "en"] })).toMatchObject({ language: "german" });
  });
});

test("diarized_json has every required field, unknown speakers included", () => {
  const segments = [
    ...segmented([{ from: 0, to: 1, says: "Hi.", speaker: "1" }]),
    ...segmented([{ from: 1, to: 2, says: "Hm.", speaker: "Ana" }]),
    ...segmented([{ from: 2, to: 3, says: "Oh." }]),
  ];
  expect(json({ text: "Hi. Hm. Oh.", segments }, "diarized_json")).toEqual({
    task: "transcribe",
    duration: 3,
    text: "Hi. Hm. Oh.",
    segments: [
      {
        type: "transcript.text.segment",
        id: "seg_001",
        start: 0,
        end: 1,
        text: "Hi.",
        speaker: "A",
      },
      {
        type: "transcript.text.segment",
        id: "seg_002",
        start: 1,
        end: 2,
        text: "Hm.",
        speaker: "Ana",
      },
      {
        type: "transcript.text.segment",
        id: "seg_003",
        start: 2,
        end: 3,
        text: "Oh.",
        speaker: "unknown",
      },
    ],
  });
});

describe("srt and vtt", () => {
  test("follow the cue options", () => {
    const transcript = transcriptOf({ text: "Hello there.", segments: segmented(HELLO) });
    const render = (responseFormat: "srt" | "vtt"): string =>
      renderTranscript(transcript, { responseFormat, cues: { maxColumns: 6 } }).body;
    expect(render("srt")).toBe("1\n00:00:00,000 --> 00:00:01,250\nHello\nthere.\n\n");
    expect(render("vtt")).toBe("WEBVTT\n\n00:00:00.000 --> 00:00:01.250\nHello\nthere.\n\n");
  });

  test("of text without any times are refused, of silence are empty", () => {
    const render = (text: string): string =>
      renderTranscript(transcriptOf({ text }), { responseFormat: "srt" }).body;
    expect(() => render("Hello.")).toThrow(
      expect.objectContaining({ code: "unsupported_feature", param: "response_format" }),
    );
    expect(render("")).toBe("");
  });
});

describe("the provider's own body", () => {
  const verbatim = { format: "json", body: '{ "text": "Hi.", "x_vendor": 1 }' } as const;

  test("passes untouched where it is in the format asked for", () => {
    const transcript = transcriptOf({ text: "Hi.", verbatim });
    expect(renderTranscript(transcript, { responseFormat: "json" }).body).toBe(verbatim.body);
    expect(renderTranscript(transcript, { responseFormat: "text" }).body).toBe("Hi.\n");
  });

  test("takes up warnings when it is JSON, and stays as it is when it is not", () => {
    const warnings = [{ param: "prompt", message: "Left out." }];
    expect(json({ text: "Hi.", verbatim, warnings }, "json")).toEqual({
      text: "Hi.",
      x_vendor: 1,
      warnings,
    });
    const srt = transcriptOf({ text: "Hi.", warnings, verbatim: { format: "srt", body: "1\n" } });
    expect(renderTranscript(srt, { responseFormat: "srt" }).body).toBe("1\n");
  });

  test("gives way to ours when it is broken", () => {
    const warnings = [{ param: "prompt", message: "Left out." }];
    const broken = { format: "json", body: "{" } as const;
    expect(json({ text: "Hi.", verbatim: broken, warnings }, "json")).toEqual({
      text: "Hi.",
      warnings,
    });
  });
});

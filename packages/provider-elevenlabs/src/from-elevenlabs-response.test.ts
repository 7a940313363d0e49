import { doAtOnce } from "@earshot/core";
import { createRequest, readFixtures } from "@earshot/provider-testkit";
import type { RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { fromElevenlabsResponse } from "./from-elevenlabs-response.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const read = (body: unknown, patch: RequestPatch = {}) =>
  doAtOnce(
    fromElevenlabsResponse({
      provider: "elevenlabs",
      request: createRequest("scribe_v2", patch),
      body: JSON.stringify(body),
      warnings: [],
      requestId: undefined,
    }),
  );

describe("a transcript of ElevenLabs", () => {
  it("has words without spacing and sounds, and their probability as confidence", () => {
    const { words, language, durationSeconds, requestId } = read(fixture("words").body);
    const confidence = Math.exp(-0.1);
    expect(words).toEqual([
      { text: "The", startSeconds: 0.26, endSeconds: 0.36, confidence },
      { text: "quick", startSeconds: 0.5, endSeconds: 0.6, confidence },
    ]);
    expect({ language, durationSeconds, requestId }).toEqual({
      language: "en",
      durationSeconds: 3.38,
      requestId: "t1",
    });
  });

  it("names speakers only when they were asked for", () => {
    const { body } = fixture("speakers");
    expect(read(body).words?.map(({ speaker }) => speaker)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(read(body, { diarize: true }).words?.map(({ speaker }) => speaker)).toEqual([
      "speaker_0",
      "speaker_0",
      "speaker_1",
    ]);
  });

  it("keeps no language that nobody knows", () => {
    expect(read({ text: "Hm.", language_code: "zxx" }).language).toBeUndefined();
  });

  it("leaves out words without times", () => {
    const words = [{ text: "Hm.", type: "word", start: null, end: null, logprob: -1 }];
    expect(read({ text: "Hm.", words }).words).toBeUndefined();
  });
});

describe("several channels", () => {
  const token = (text: string, start: number, type = "word") => ({
    text,
    type,
    start,
    end: start + 0.4,
    speaker_id: "speaker_0",
  });
  const channels = {
    audio_duration_secs: 8,
    transcription_id: "t5",
    transcripts: [
      {
        channel_index: 0,
        language_code: "eng",
        text: "How are you? Good.",
        audio_duration_secs: 4,
        words: [
          token("How", 0),
          token(" ", 0.4, "spacing"),
          token("are", 0.5),
          token(" ", 0.9, "spacing"),
          token("you?", 1),
          token(" ", 1.4, "spacing"),
          token("Good.", 3),
        ],
      },
      {
        channel_index: 1,
        language_code: "deu",
        text: "Fine.",
        audio_duration_secs: 4,
        words: [token("Fine.", 2)],
      },
    ],
  };

  it("become one conversation in the order of time", () => {
    const { text, words, language, languages, durationSeconds, usage } = read(channels, {
      options: { use_multi_channel: true },
    });
    expect(text).toBe("How are you? Fine. Good.");
    expect(words?.map((word) => [word.text, word.speaker])).toEqual([
      ["How", "channel_0"],
      ["are", "channel_0"],
      ["you?", "channel_0"],
      ["Fine.", "channel_1"],
      ["Good.", "channel_0"],
    ]);
    expect({ language, languages, durationSeconds, usage }).toEqual({
      language: "en",
      languages: ["en", "de"],
      durationSeconds: 4,
      usage: { type: "duration", seconds: 8 },
    });
  });

  it("keep their whole text when their words do not hold all of it", () => {
    const { text, words } = read(fixture("channels").body);
    expect(text).toBe("Hello from channel one.\nGreetings from channel two.");
    expect(words?.map((word) => word.text)).toEqual(["Hello", "Greetings", "from", "from"]);
  });

  it("are told apart by their index where ElevenLabs has merged them", () => {
    const words = [
      { ...token("Hi.", 0), channel_index: 0 },
      { ...token("Ho.", 1), channel_index: 1 },
    ];
    const merged = read({ text: "Hi. Ho.", words }, { options: { use_multi_channel: true } });
    expect(merged.words?.map(({ speaker }) => speaker)).toEqual(["channel_0", "channel_1"]);
  });
});

describe("an edited text", () => {
  const edited = { kind: "transcript", text: "Um, yes.", edited_text: "Yes." };
  const answer = { text: "Um, yes.", words: [], edited_transcript: edited };

  it("takes the place of the spoken one", () => {
    const { text, warnings } = read(answer);
    expect({ text, warnings }).toEqual({ text: "Yes.", warnings: [] });
  });

  it("does not where times belong to the spoken words", () => {
    const { text, warnings } = read(answer, { responseFormat: "srt" });
    expect(text).toBe("Um, yes.");
    expect(warnings.map(({ param }) => param)).toEqual(["transcript_edit"]);
  });

  it("that failed is told", () => {
    const failure = { kind: "error", error_type: "edit_failed", message: "The edit timed out." };
    const { text, warnings } = read({ text: "Um, yes.", edited_transcript: failure });
    expect(text).toBe("Um, yes.");
    expect(warnings[0]?.message).toContain("The edit timed out.");
  });
});

describe("an answer without a transcript", () => {
  it.each([
    [fixture("webhook").body, /webhook/u],
    [{ transcripts: [] }, /without a text/u],
  ])("is a bad response: %j", (body, message) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code: "bad_response", message: expect.stringMatching(message) }),
    );
  });
});

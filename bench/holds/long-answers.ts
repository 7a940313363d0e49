/** Where a provider's long answer comes from; each is a model of the gateway that the child makes. */
export type AnswerSource = "whisper" | "subtitles" | "events" | "deepgram";

/** A provider's answer to a long recording, or one that is made to look like it. */
export interface LongAnswer {
  readonly name: string;
  readonly source: AnswerSource;
  readonly make: () => Uint8Array;
  /** What the client asks for: response formats, with ` streamed` behind those that come as events. */
  readonly uses: readonly string[];
  /** Default `done`. */
  readonly ending?: string;
}

const MEBIBYTE = 1024 * 1024;
const WORDS = 100_000;
const WORDS_PER_SEGMENT = 10;
const VOCABULARY =
  "the of and to in a is that for it was on are as with his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more two like him see time could no make than first been".split(
    " ",
  );

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

interface TimedText {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const round = (seconds: number): number => Math.round(seconds * 100) / 100;

/** Ten hours of speech: 100,000 words with pauses and sentences, the same at every run. */
const speech = (): readonly TimedText[] => {
  let startsSentence = true;
  return Array.from({ length: WORDS }, (_, index) => {
    const spoken = VOCABULARY[(index * 7919) % VOCABULARY.length] ?? "word";
    const word = startsSentence ? spoken.charAt(0).toUpperCase() + spoken.slice(1) : spoken;
    startsSentence = index % 13 === 12;
    const mark = index % 7 === 6 ? "," : "";
    const start = index * 0.36 + Math.floor(index / 25) * 0.02;
    const end = start + (index % 40 === 39 ? 0.1 : 0.3);
    return { word: word + (startsSentence ? "." : mark), start: round(start), end: round(end) };
  });
};

const segmentsOf = (words: readonly TimedText[]): readonly Record<string, unknown>[] =>
  Array.from({ length: words.length / WORDS_PER_SEGMENT }, (_, id) => {
    const own = words.slice(id * WORDS_PER_SEGMENT, (id + 1) * WORDS_PER_SEGMENT);
    return {
      id,
      seek: id * 100,
      start: own[0]?.start,
      end: own.at(-1)?.end,
      text: ` ${textOf(own)}`,
      tokens: own.map((_word, index) => 50_000 + index),
      temperature: 0,
      avg_logprob: -0.25,
      compression_ratio: 1.5,
      no_speech_prob: 0.01,
    };
  });

const textOf = (words: readonly TimedText[]): string => words.map(({ word }) => word).join(" ");

const verbose = (parts: { readonly words: boolean; readonly segments: boolean }): Uint8Array => {
  const words = speech();
  const answer = {
    task: "transcribe",
    language: "english",
    duration: 38_000,
    text: textOf(words),
    ...(parts.segments ? { segments: segmentsOf(words) } : {}),
    ...(parts.words ? { words } : {}),
  };
  return text(JSON.stringify(answer));
};

const deepgram = (): Uint8Array => {
  const words = speech().map(({ word, start, end }) => ({
    word: word.toLowerCase(),
    start,
    end,
    confidence: 0.98765,
    punctuated_word: word,
  }));
  const transcript = words.map((word) => word.punctuated_word).join(" ");
  const channels = [{ alternatives: [{ transcript, confidence: 0.98, words }] }];
  return text(JSON.stringify({ metadata: { duration: 38_000 }, results: { channels } }));
};

const time = (seconds: number): string =>
  new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23).replace(".", ",");

const subtitles = (): Uint8Array =>
  text(
    segmentsOf(speech())
      .map(
        ({ id, start, end, text: line }) =>
          `${Number(id) + 1}\n${time(Number(start) % 86_400)} --> ${time(Number(end) % 86_400)}\n${String(line).trim()}\n\n`,
      )
      .join(""),
  );

const events = (): Uint8Array => {
  const words = speech();
  const frames = words.map(
    ({ word }) =>
      `data: ${JSON.stringify({ type: "transcript.text.delta", delta: `${word} ` })}\n\n`,
  );
  const done = { type: "transcript.text.done", text: textOf(words) };
  return text(`${frames.join("")}data: ${JSON.stringify(done)}\n\n`);
};

interface Filling {
  readonly start?: string;
  readonly piece: string;
  readonly end?: string;
  readonly sizeBytes: number;
}

const filled = ({ start = "", piece, end = "", sizeBytes }: Filling): Uint8Array =>
  text(
    start + piece.repeat(Math.floor((sizeBytes - start.length - end.length) / piece.length)) + end,
  );

/** Text is asked for as text, which these answers are not. */
const EVERY_FORMAT = ["json", "srt", "vtt", "verbose_json", "diarized_json"];
const STREAMED = [
  "json streamed",
  "srt streamed",
  "verbose_json streamed",
  "diarized_json streamed",
];

export const longAnswers: readonly LongAnswer[] = [
  {
    name: "answer: ten hours with words and segments",
    source: "whisper",
    make: () => verbose({ words: true, segments: true }),
    uses: [...EVERY_FORMAT, ...STREAMED],
  },
  {
    name: "answer: ten hours with words",
    source: "whisper",
    make: () => verbose({ words: true, segments: false }),
    uses: [...EVERY_FORMAT, ...STREAMED],
  },
  {
    name: "answer: ten hours with segments",
    source: "whisper",
    make: () => verbose({ words: false, segments: true }),
    uses: [...EVERY_FORMAT, ...STREAMED],
  },
  {
    name: "answer: ten hours as srt",
    source: "subtitles",
    make: subtitles,
    uses: ["text", "srt", "vtt"],
  },
  { name: "answer: ten hours of Deepgram", source: "deepgram", make: deepgram, uses: EVERY_FORMAT },
  { name: "answer: ten hours as events", source: "events", make: events, uses: ["json streamed"] },
  {
    name: "answer: 16 MiB of empty objects",
    source: "whisper",
    make: () =>
      filled({
        start: '{"text":"a","words":[',
        piece: "{},",
        end: "{}]}",
        sizeBytes: 16 * MEBIBYTE,
      }),
    uses: ["verbose_json"],
    ending: "bad_response",
  },
  {
    name: "answer: 4 MB of words in no order",
    source: "whisper",
    make: () => {
      const words = Array.from({ length: 90_000 }, (_, index) => {
        const start = (index * 7919) % 90_000;
        return { word: "w", start, end: start + 1, speaker: `s${index % 1000}` };
      });
      return text(JSON.stringify({ text: "w ".repeat(90_000), words }));
    },
    uses: ["srt", "verbose_json", "diarized_json"],
  },
  {
    name: "answer: 8 MiB of srt cues",
    source: "subtitles",
    make: () =>
      filled({ piece: "1\n00:00:00,000 --> 00:00:01,000\nhello\n\n", sizeBytes: 8 * MEBIBYTE }),
    uses: ["srt", "vtt"],
  },
  {
    name: "answer: 8 MiB of srt without a cue",
    source: "subtitles",
    make: () =>
      filled({
        start: "1\r\n00:00:00,000 --> 00:00:01,000\r\nhi\r\n\r\n",
        piece: "x\r\n\r\n",
        sizeBytes: 8 * MEBIBYTE,
      }),
    uses: ["vtt"],
  },
  {
    name: "answer: 2 MB of characters in one segment",
    source: "whisper",
    make: () => {
      const one = "漢字".repeat(330_000);
      return text(JSON.stringify({ text: one, segments: [{ text: one, start: 0, end: 5 }] }));
    },
    uses: ["srt", "verbose_json"],
  },
];

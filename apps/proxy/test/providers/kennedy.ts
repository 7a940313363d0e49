import { readSpeech } from "../test-proxy.ts";

/** Eleven seconds of real speech; undefined where the folder beside the repository is missing. */
export const kennedySpeech: Buffer | undefined = readSpeech("jfk.wav");

if (kennedySpeech === undefined)
  process.stdout.write("Left out: ../shared/audio/jfk.wav is not beside the repository.\n");

/** What is said in it. */
export const KENNEDY =
  "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";

export const KENNEDY_SECONDS = 11;

/** Its three parts, each short enough for one line of a subtitle, in seconds. */
export const KENNEDY_SEGMENTS: readonly { text: string; start: number; end: number }[] = [
  { text: "And so my fellow Americans,", start: 0, end: 3.2 },
  { text: "ask not what your country can do for you,", start: 3.2, end: 7.66 },
  { text: "ask what you can do for your country.", start: 7.66, end: 10.6 },
];

/** Its words, evenly spread over their part. */
export const KENNEDY_WORDS: readonly { word: string; start: number; end: number }[] =
  KENNEDY_SEGMENTS.flatMap(({ text, start, end }) => {
    const words = text.split(" ");
    const step = (end - start) / words.length;
    const at = (index: number): number => Math.round((start + index * step) * 100) / 100;
    return words.map((word, index) => ({ word, start: at(index), end: at(index + 1) }));
  });

/** The subtitles that every provider with these segments leads to. */
export const KENNEDY_SRT: string =
  "1\n00:00:00,000 --> 00:00:03,200\nAnd so my fellow Americans,\n\n" +
  "2\n00:00:03,200 --> 00:00:07,660\nask not what your country can do for you,\n\n" +
  "3\n00:00:07,660 --> 00:00:10,600\nask what you can do for your country.\n\n";

/** The same as WebVTT. */
export const KENNEDY_VTT: string =
  "WEBVTT\n\n" + KENNEDY_SRT.replaceAll(/^\d+\n/gmu, "").replaceAll(/(\d),(\d)/gu, "$1.$2");

/** What every provider that times words leads to, beside its segments. */
export const KENNEDY_VERBOSE: Readonly<Record<string, unknown>> = {
  task: "transcribe",
  language: "english",
  duration: KENNEDY_SECONDS,
  text: KENNEDY,
  words: KENNEDY_WORDS,
};

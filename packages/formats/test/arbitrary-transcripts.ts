import type { Segment, Transcript, Word } from "@earshot/core";
import * as fc from "fast-check";

/** Words of many scripts, with punctuation, markup and arrows, and now and then anything at all. */
const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ..."the|a|Yes.|No!|Dr.|well,|we|have|decided|unanimously|3.5|(aside)|“quoted”|Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz|東京|へ|行きました。|スカイツリー|「はい」|我们|สวัสดีครับ|السلام|عليكم،|한국어|R&D|<b>|don't|—|e\u0301te\u0301|👩‍👩‍👧|1984.".split(
        "|",
      ),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
);

const arbitrarySpeaker: fc.Arbitrary<string | undefined> = fc.constantFrom(
  undefined,
  "0",
  "1",
  "Ana",
);

interface Sound {
  readonly text: string;
  readonly pause: number;
  readonly length: number;
  readonly speaker: string | undefined;
}

const inOrder = (sounds: readonly Sound[]): readonly Word[] => {
  let at = 0;
  return sounds.map(({ text, pause, length, speaker }) => {
    const startSeconds = at + pause;
    at = startSeconds + length;
    return { text, startSeconds, endSeconds: at, ...(speaker === undefined ? {} : { speaker }) };
  });
};

const milliseconds = (max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max }).map((value) => value / 1000);

/** Words in order, without overlap; pauses and lengths may be 0. */
export const arbitraryWords: fc.Arbitrary<readonly Word[]> = fc
  .array(
    fc.record({
      text: arbitraryText.filter((text) => /\S/u.test(text)),
      pause: fc.oneof({ weight: 5, arbitrary: milliseconds(200) }, milliseconds(3000)),
      length: fc.oneof({ weight: 5, arbitrary: milliseconds(900) }, milliseconds(12_000)),
      speaker: arbitrarySpeaker,
    }),
    { maxLength: 60 },
  )
  .map(inOrder);

const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -10_000, max: 100_000 }).map((value) => value / 1000),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 1e9),
);

const brokenItem = {
  text: arbitraryText,
  startSeconds: anyNumber,
  endSeconds: anyNumber,
};
const maybeSpeaker = { speaker: arbitrarySpeaker.filter((speaker) => speaker !== undefined) };

const brokenWord: fc.Arbitrary<Word> = fc.record(
  { ...brokenItem, ...maybeSpeaker },
  { requiredKeys: ["text", "startSeconds", "endSeconds"] },
);

const brokenSegment: fc.Arbitrary<Segment> = fc.record(
  {
    ...brokenItem,
    ...maybeSpeaker,
    seek: anyNumber,
    tokens: fc.array(anyNumber, { maxLength: 3 }),
    temperature: anyNumber,
    averageLogprob: anyNumber,
    compressionRatio: anyNumber,
    noSpeechProbability: anyNumber,
  },
  { requiredKeys: ["text", "startSeconds", "endSeconds"] },
);

/** Transcripts as the worst provider would give them: every number may be anything. */
export const arbitraryBrokenTranscript: fc.Arbitrary<Transcript> = fc.record(
  {
    text: fc.string({ unit: "grapheme" }),
    warnings: fc.constant([]),
    language: fc.constantFrom("en", "ja", "tlh", "zz"),
    durationSeconds: anyNumber,
    segments: fc.array(brokenSegment, { maxLength: 12 }),
    words: fc.array(brokenWord, { maxLength: 30 }),
    wordTimesEstimated: fc.boolean(),
  },
  { requiredKeys: ["text", "warnings"] },
);

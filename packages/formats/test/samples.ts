import type { Segment, Transcript, Word } from "@earshot/core";

/** One thing said: its words share the time in proportion to their length. */
export interface Saying {
  readonly from: number;
  readonly to: number;
  readonly says: string;
  readonly speaker?: string;
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

const wordsOf = ({ from, to, says, speaker }: Saying, separator: string): readonly Word[] => {
  const perCharacter = (to - from) / says.length;
  let offset = 0;
  return says.split(separator).map((text) => {
    const startSeconds = rounded(from + offset * perCharacter);
    const endSeconds = rounded(from + (offset + text.length) * perCharacter);
    offset += text.length + separator.length;
    return { text, startSeconds, endSeconds, ...(speaker === undefined ? {} : { speaker }) };
  });
};

/** Words with times; pass "" as the separator for one word a character. */
export const spoken = (sayings: readonly Saying[], separator = " "): readonly Word[] =>
  sayings.flatMap((saying) => wordsOf(saying, separator));

/** Segments with times. */
export const segmented = (sayings: readonly Saying[]): readonly Segment[] =>
  sayings.map(({ from, to, says, speaker }) => ({
    text: says,
    startSeconds: from,
    endSeconds: to,
    ...(speaker === undefined ? {} : { speaker }),
  }));

/** The smallest transcript, with what the test is about. */
export const transcriptOf = (fields: Partial<Transcript>): Transcript => ({
  text: "",
  warnings: [],
  ...fields,
});

export const INTERVIEW: readonly Saying[] = [
  { from: 0.4, to: 2.9, speaker: "0", says: "Good morning, and thank you for coming in." },
  { from: 3.1, to: 3.5, speaker: "1", says: "My pleasure." },
  {
    from: 4.0,
    to: 10.6,
    speaker: "0",
    says: "You have spent twenty years at sea, most of them alone, and I would like to begin with the question that everybody asks you: are you never afraid?",
  },
  { from: 11.9, to: 12.2, speaker: "1", says: "No." },
  {
    from: 13.4,
    to: 17.9,
    speaker: "1",
    says: "Well, once. Dr. Okafor & I had lost the mast <in a storm>, and the radio was gone.",
  },
];

export const JAPANESE: readonly Saying[] = [
  { from: 0.5, to: 2.4, says: "本日はご来場いただきまして、ありがとうございます。" },
  {
    from: 2.6,
    to: 9.4,
    says: "東京スカイツリーの展望台は地上三百五十メートルの高さにあり、晴れた日には富士山までご覧いただけます。",
  },
  { from: 10.4, to: 12.0, says: "足元にご注意ください。" },
];

export const GERMAN: readonly Saying[] = [
  {
    from: 1.0,
    to: 7.5,
    says: "Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz wurde am 3. Oktober, z. B. von Dr. Weiß, wieder aufgehoben.",
  },
  {
    from: 7.7,
    to: 11.2,
    says: "Die Donaudampfschifffahrtsgesellschaft fährt trotzdem weiter.",
  },
];

export const ARABIC: readonly Saying[] = [
  { from: 0.2, to: 2.6, says: "السلام عليكم، كيف حالكم اليوم؟" },
  {
    from: 2.9,
    to: 8.4,
    says: "نحن سعداء جدا بوجودكم معنا في هذا اللقاء، وسوف نتحدث اليوم عن تاريخ المدينة القديمة وأسواقها.",
  },
];

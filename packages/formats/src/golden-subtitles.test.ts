import { expect, test } from "vitest";
import {
  ARABIC,
  GERMAN,
  INTERVIEW,
  JAPANESE,
  segmented,
  spoken,
  transcriptOf,
} from "../test/samples.ts";
import type { Saying } from "../test/samples.ts";
import { cuesOf } from "./cues-of.ts";
import { toSrt, toVtt } from "./subtitles.ts";

const textOf = (sayings: readonly Saying[], separator = " "): string =>
  sayings.map(({ says }) => says).join(separator);

test("an interview of two speakers as srt", () => {
  const cues = cuesOf(transcriptOf({ text: textOf(INTERVIEW), words: spoken(INTERVIEW) }));
  expect(toSrt(cues)).toBe(`1
00:00:00,400 --> 00:00:02,900
A: Good morning,
and thank you for coming in.

2
00:00:03,100 --> 00:00:03,900
B: My pleasure.

3
00:00:04,000 --> 00:00:07,300
A: You have spent twenty years at sea,
most of them alone, and I would like

4
00:00:07,300 --> 00:00:10,900
to begin with the question that
everybody asks you: are you never afraid?

5
00:00:11,900 --> 00:00:12,700
B: No.

6
00:00:13,400 --> 00:00:17,900
Well, once. Dr. Okafor & I had lost the
mast <in a storm>, and the radio was gone.

`);
});

test("an interview of two speakers as vtt", () => {
  const cues = cuesOf(transcriptOf({ text: textOf(INTERVIEW), words: spoken(INTERVIEW) }));
  expect(toVtt(cues)).toBe(`WEBVTT

00:00:00.400 --> 00:00:02.900
<v A>Good morning,
and thank you for coming in.

00:00:03.100 --> 00:00:03.900
<v B>My pleasure.

00:00:04.000 --> 00:00:07.300
<v A>You have spent twenty years at sea,
most of them alone, and I would like

00:00:07.300 --> 00:00:10.900
<v A>to begin with the question that
everybody asks you: are you never afraid?

00:00:11.900 --> 00:00:12.700
<v B>No.

00:00:13.400 --> 00:00:17.900
<v B>Well, once. Dr. Okafor &amp; I had lost the
mast &lt;in a storm&gt;, and the radio was gone.

`);
});

const JAPANESE_SRT = `1
00:00:00,500 --> 00:00:02,600
本日はご来場いただきまして、
ありがとうございます。

2
00:00:02,600 --> 00:00:06,680
東京スカイツリーの展望台は地上
三百五十メートルの高さにあり、

3
00:00:06,680 --> 00:00:09,400
晴れた日には富士山までご覧いただけます。

4
00:00:10,400 --> 00:00:12,000
足元にご注意ください。

`;

test("Japanese with a time for each segment", () => {
  const segments = segmented(JAPANESE);
  expect(toSrt(cuesOf(transcriptOf({ text: textOf(JAPANESE, ""), segments })))).toBe(JAPANESE_SRT);
});

test("Japanese with a time for each character reads the same, to the time of its last comma", () => {
  const words = spoken(JAPANESE, "");
  const srt = toSrt(cuesOf(transcriptOf({ text: textOf(JAPANESE, ""), words })));
  expect(srt).toBe(JAPANESE_SRT);
});

test("German compounds wider than a line", () => {
  const cues = cuesOf(transcriptOf({ text: textOf(GERMAN), words: spoken(GERMAN) }));
  expect(toSrt(cues)).toBe(`1
00:00:01,000 --> 00:00:04,429
Das Rindfleischetikettierungsüberwac
hungsaufgabenübertragungsgesetz

2
00:00:04,480 --> 00:00:07,500
wurde am 3. Oktober,
z. B. von Dr. Weiß, wieder aufgehoben.

3
00:00:07,700 --> 00:00:11,200
Die Donaudampfschifffahrtsgesellschaft
fährt trotzdem weiter.

`);
});

test("Arabic, untouched from right to left", () => {
  const cues = cuesOf(transcriptOf({ text: textOf(ARABIC), words: spoken(ARABIC) }));
  expect(toSrt(cues)).toBe(`1
00:00:00,200 --> 00:00:05,325
السلام عليكم، كيف حالكم اليوم؟
نحن سعداء جدا بوجودكم معنا في هذا اللقاء،

2
00:00:05,384 --> 00:00:08,400
وسوف نتحدث اليوم عن تاريخ
المدينة القديمة وأسواقها.

`);
});

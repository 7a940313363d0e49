import type { OptionTable, TranscriptionRequest } from "@earshot/core";
import {
  asArray,
  asString,
  flagOption,
  listOption,
  numberOption,
  textOption,
} from "@earshot/provider-kit";

/** One query parameter; a name may repeat. */
export type QueryField = readonly [name: string, value: string];

/** The texts of an option that is a list, or of a single text; empty when it is not given. */
export function textsOf(options: TranscriptionRequest["options"], name: string): readonly string[] {
  const value = options[name];
  const items = typeof value === "string" ? [value] : asArray(value);
  return items.flatMap((item) => asString(item) ?? []);
}

const MODES = ["extended", "strict"] as const;

/**
 * Every query parameter of the pre-recorded API but `model` and `language`, which have fields of
 * their own.
 *
 * @see https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
 */
export const deepgramOptions: OptionTable = {
  smart_format: flagOption(
    "Formats dates, times, numbers, e-mail addresses and the like, with punctuation; on by default, here and not at Deepgram.",
  ),
  punctuate: flagOption(
    "Punctuation and capital letters; on by default, here and not at Deepgram. False also turns `smart_format` off unless that is set.",
  ),
  paragraphs: flagOption("Splits the transcript into paragraphs."),
  numerals: flagOption("Writes spoken numbers in digits."),
  measurements: flagOption("Abbreviates spoken units of measurement."),
  dictation: flagOption("Turns spoken punctuation into signs."),
  filler_words: flagOption("Keeps `uh`, `um` and the like."),
  profanity_filter: flagOption("Masks or removes profanity."),
  utterances: flagOption(
    "Splits speech at pauses; on by default where segments or speakers are asked for, and for several channels.",
  ),
  utt_split: numberOption("Seconds of silence that end an utterance, by default 0.8.", {
    minimum: 0,
  }),
  diarize_model: textOption(
    "Tells speakers apart with this version; `latest` where the client asks for speakers.",
    { values: ["latest", "v1", "v2"] },
  ),
  diarize: flagOption(
    "Deepgram's older switch for speakers; true is sent as `diarize_model=latest` unless that is set.",
  ),
  multichannel: flagOption(
    "Transcribes each channel on its own, up to 20; the channels become the speakers. Billed per channel.",
  ),
  detect_language: listOption(
    "`true`, `false`, or the languages among which to choose; in place of what `language` and `languages` would send.",
  ),
  language_hint: listOption(
    "Languages to expect from the multilingual Nova-3, which this option chooses (`language=multi`).",
  ),
  keyterm: listOption(
    "Terms to listen for with Nova-3, without weights, at most 500 tokens together; added to the field `keywords`.",
  ),
  keywords: listOption(
    "Words to listen for with Nova-2 and older models, as `word` or `word:boost`; added to the field `keywords`.",
    { maxItems: 100 },
  ),
  search: listOption("Terms to find by their sound; hits are in the provider's own answer.", {
    maxItems: 50,
  }),
  replace: listOption("Replacements in the transcript, each as `find:replacement`."),
  redact: listOption("What to black out: `pci`, `pii`, `numbers` or kinds of entities."),
  detect_entities: flagOption("Finds names, places, dates and the like."),
  sentiment: flagOption("Rates the sentiment of the speech."),
  summarize: textOption("Summarizes English speech; `true` is the older version, per channel.", {
    values: ["v2", "true", "false"],
  }),
  topics: flagOption("Finds topics."),
  custom_topic: listOption("Topics to look for.", { maxItems: 100 }),
  custom_topic_mode: textOption(
    "`strict` finds the custom topics only, `extended` others too (the default).",
    { values: MODES },
  ),
  intents: flagOption("Finds what speakers intend."),
  custom_intent: listOption("Intents to look for.", { maxItems: 100 }),
  custom_intent_mode: textOption(
    "`strict` finds the custom intents only, `extended` others too (the default).",
    { values: MODES },
  ),
  version: textOption("Version of the model, by default `latest`."),
  tier: textOption("Tier of a model that is named without one; Deepgram advises against it."),
  alternatives: numberOption("How many readings to give; the first one becomes the transcript.", {
    integer: true,
    minimum: 1,
  }),
  encoding: textOption("Coding of audio without a header; needs `sample_rate`.", {
    values: [
      "linear16",
      "linear32",
      "flac",
      "alaw",
      "mulaw",
      "amr-nb",
      "amr-wb",
      "opus",
      "ogg-opus",
      "speex",
      "g729",
    ],
  }),
  sample_rate: numberOption("Samples per second of audio without a header.", {
    integer: true,
    minimum: 1,
  }),
  channels: numberOption("Number of channels of audio without a header.", {
    integer: true,
    minimum: 1,
    maximum: 20,
  }),
  tag: listOption("Labels of the request for Deepgram's usage reports.", { maxItemLength: 128 }),
  extra: listOption("Data for the provider's own answer, each as `key:value`."),
  mip_opt_out: flagOption(
    "Keeps the audio out of Deepgram's model improvement program, at another price.",
  ),
  callback: textOption("Refused: with it Deepgram answers without a transcript."),
  callback_method: textOption("Refused, as `callback` is.", { values: ["POST", "PUT"] }),
};

/** What a deployment sets once, in `litellm_params`. */
export const deepgramSettings: OptionTable = {
  region: textOption(
    "Where Deepgram processes the audio, in place of `api_base`; by default wherever api.deepgram.com does.",
    { values: ["eu", "au", "in"] },
  ),
  language_detection: textOption(
    "What is asked of Nova-3 and Nova-2 when no language is given: the one dominant language (`detect_language`, the default), or speech that changes between languages (`multi`).",
    { values: ["detect_language", "multi"] },
  ),
};

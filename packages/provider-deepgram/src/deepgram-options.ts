import type { OptionTable, TranscriptionRequest } from "@earshot/core";
import { asArray, asString } from "@earshot/provider-kit";

/** One query parameter; a name may repeat. */
export type QueryField = readonly [name: string, value: string];

/** The texts of an option that is a list, or of a single text; empty when it is not given. */
export function listOption(
  options: TranscriptionRequest["options"],
  name: string,
): readonly string[] {
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
  smart_format: {
    type: "boolean",
    description:
      "Formats dates, times, numbers, e-mail addresses and the like, with punctuation; on by default, here and not at Deepgram.",
  },
  punctuate: {
    type: "boolean",
    description:
      "Punctuation and capital letters; on by default, here and not at Deepgram. False also turns `smart_format` off unless that is set.",
  },
  paragraphs: { type: "boolean", description: "Splits the transcript into paragraphs." },
  numerals: { type: "boolean", description: "Writes spoken numbers in digits." },
  measurements: { type: "boolean", description: "Abbreviates spoken units of measurement." },
  dictation: { type: "boolean", description: "Turns spoken punctuation into signs." },
  filler_words: { type: "boolean", description: "Keeps `uh`, `um` and the like." },
  profanity_filter: { type: "boolean", description: "Masks or removes profanity." },
  utterances: {
    type: "boolean",
    description:
      "Splits speech at pauses; on by default where segments or speakers are asked for, and for several channels.",
  },
  utt_split: {
    type: "number",
    minimum: 0,
    description: "Seconds of silence that end an utterance, by default 0.8.",
  },
  diarize_model: {
    type: "string",
    values: ["latest", "v1", "v2"],
    description:
      "Tells speakers apart with this version; `latest` where the client asks for speakers.",
  },
  diarize: {
    type: "boolean",
    description:
      "Deepgram's older switch for speakers; true is sent as `diarize_model=latest` unless that is set.",
  },
  multichannel: {
    type: "boolean",
    description:
      "Transcribes each channel on its own, up to 20; the channels become the speakers. Billed per channel.",
  },
  detect_language: {
    type: "string[]",
    description:
      "`true`, `false`, or the languages among which to choose; in place of what `language` and `languages` would send.",
  },
  language_hint: {
    type: "string[]",
    description:
      "Languages to expect from the multilingual Nova-3, which this option chooses (`language=multi`).",
  },
  keyterm: {
    type: "string[]",
    description:
      "Terms to listen for with Nova-3, without weights, at most 500 tokens together; added to the field `keywords`.",
  },
  keywords: {
    type: "string[]",
    maxItems: 100,
    description:
      "Words to listen for with Nova-2 and older models, as `word` or `word:boost`; added to the field `keywords`.",
  },
  search: {
    type: "string[]",
    maxItems: 50,
    description: "Terms to find by their sound; hits are in the provider's own answer.",
  },
  replace: {
    type: "string[]",
    description: "Replacements in the transcript, each as `find:replacement`.",
  },
  redact: {
    type: "string[]",
    description: "What to black out: `pci`, `pii`, `numbers` or kinds of entities.",
  },
  detect_entities: { type: "boolean", description: "Finds names, places, dates and the like." },
  sentiment: { type: "boolean", description: "Rates the sentiment of the speech." },
  summarize: {
    type: "string",
    values: ["v2", "true", "false"],
    description: "Summarizes English speech; `true` is the older version, per channel.",
  },
  topics: { type: "boolean", description: "Finds topics." },
  custom_topic: { type: "string[]", maxItems: 100, description: "Topics to look for." },
  custom_topic_mode: {
    type: "string",
    values: MODES,
    description: "`strict` finds the custom topics only, `extended` others too (the default).",
  },
  intents: { type: "boolean", description: "Finds what speakers intend." },
  custom_intent: { type: "string[]", maxItems: 100, description: "Intents to look for." },
  custom_intent_mode: {
    type: "string",
    values: MODES,
    description: "`strict` finds the custom intents only, `extended` others too (the default).",
  },
  version: { type: "string", description: "Version of the model, by default `latest`." },
  tier: {
    type: "string",
    description: "Tier of a model that is named without one; Deepgram advises against it.",
  },
  alternatives: {
    type: "number",
    integer: true,
    minimum: 1,
    description: "How many readings to give; the first one becomes the transcript.",
  },
  encoding: {
    type: "string",
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
    description: "Coding of audio without a header; needs `sample_rate`.",
  },
  sample_rate: {
    type: "number",
    integer: true,
    minimum: 1,
    description: "Samples per second of audio without a header.",
  },
  channels: {
    type: "number",
    integer: true,
    minimum: 1,
    maximum: 20,
    description: "Number of channels of audio without a header.",
  },
  tag: {
    type: "string[]",
    maxItemLength: 128,
    description: "Labels of the request for Deepgram's usage reports.",
  },
  extra: {
    type: "string[]",
    description: "Data for the provider's own answer, each as `key:value`.",
  },
  mip_opt_out: {
    type: "boolean",
    description: "Keeps the audio out of Deepgram's model improvement program, at another price.",
  },
  callback: {
    type: "string",
    description: "Refused: with it Deepgram answers without a transcript.",
  },
  callback_method: {
    type: "string",
    values: ["POST", "PUT"],
    description: "Refused, as `callback` is.",
  },
};

/** What a deployment sets once, in `litellm_params`. */
export const deepgramSettings: OptionTable = {
  region: {
    type: "string",
    values: ["eu", "au", "in"],
    description:
      "Where Deepgram processes the audio, in place of `api_base`; by default wherever api.deepgram.com does.",
  },
  language_detection: {
    type: "string",
    values: ["detect_language", "multi"],
    description:
      "What is asked of Nova-3 and Nova-2 when no language is given: the one dominant language (`detect_language`, the default), or speech that changes between languages (`multi`).",
  },
};

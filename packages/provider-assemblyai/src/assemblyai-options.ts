import type { OptionSpec, OptionTable } from "@earshot/core";

const flag = (description: string): OptionSpec => ({ type: "boolean", description });
const object = (description: string): OptionSpec => ({ type: "json", description });
const texts = (description: string): OptionSpec => ({ type: "string[]", description });
const fraction = (description: string): OptionSpec => ({
  type: "number",
  minimum: 0,
  maximum: 1,
  description,
});
const milliseconds = (description: string): OptionSpec => ({
  type: "number",
  minimum: 0,
  integer: true,
  description,
});
const choice = (values: readonly string[], description: string): OptionSpec => ({
  type: "string",
  values,
  description,
});

const audio: OptionTable = {
  audio_start_from: milliseconds("Where to begin, in milliseconds; by default at the start."),
  audio_end_at: milliseconds("Where to stop, in milliseconds; by default at the end."),
  multichannel: flag("Transcribes every channel for itself; the channels become speakers."),
  speech_threshold: fraction("Refuses audio with a smaller share of speech; 0 by default."),
};

const language: OptionTable = {
  language_code: {
    type: "string",
    description: "The vendor's own code, such as `en_uk`, in place of `language`.",
  },
  language_codes: texts("Codes of languages that alternate in the audio, one of them `en`."),
  language_detection: flag("Finds the language out; by default when no single one is given."),
  language_detection_options: object(
    "Details of detection: `expected_languages`, `fallback_language`, `code_switching`, `localization` and others.",
  ),
  language_confidence_threshold: fraction(
    "Refuses audio whose language was detected with less confidence; 0 by default.",
  ),
};

const wording: OptionTable = {
  speech_models: texts(
    "Further models, most wanted first, for detected languages that the requested model does not know.",
  ),
  keyterms_prompt: texts("Names and terms to listen for, together with `keywords`."),
  keyterms_prompt_options: object("How strictly terms are matched: `keyterms_match_strength`."),
  domain: { type: "string", description: "A special vocabulary, such as `medical-v1`." },
  custom_spelling: object('What to write for what was heard: `{"SQL": ["sequel", "sequal"]}`.'),
  punctuate: flag("Sets punctuation; true by default."),
  format_text: flag("Sets capital letters and writes numbers in digits; true by default."),
  disfluencies: flag("Keeps filler words such as `um`; false by default."),
  filter_profanity: flag("Replaces swear words by asterisks; false by default."),
  remove_audio_tags: choice(["all", "speaker"], "Removes tags such as `[MUSIC]` from the text."),
};

const speakers: OptionTable = {
  speaker_labels: flag("Tells speakers apart; by default when `diarize` or diarized_json asks."),
  speakers_expected: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "How many speakers there are.",
  },
  speaker_options: object("Between `min_speakers_expected` and `max_speakers_expected`."),
};

const privacy: OptionTable = {
  redact_pii: flag("Removes personal data from the text; false by default."),
  redact_pii_policies: texts("Which personal data to remove, such as `person_name`."),
  redact_pii_sub: choice(["entity_name", "hash"], "What to put in its place; `hash` by default."),
  redact_pii_return_unredacted: flag("Returns the text with the personal data too."),
  redact_pii_audio: flag("Makes a copy of the audio without the personal data."),
  redact_pii_audio_quality: choice(["mp3", "wav"], "The format of that copy; mp3 by default."),
  redact_pii_audio_options: object("Details of that copy."),
  redact_static_entities: object('Terms to remove by label: `{"PROJECT": ["Bearclaw"]}`.'),
  delete_after: flag(
    "Earshot's own: deletes transcript and upload at the vendor once they are read; false by default.",
  ),
};

const understanding: OptionTable = {
  auto_chapters: flag("Divides into chapters; found in the vendor's raw answer."),
  auto_highlights: flag("Finds key phrases; found in the vendor's raw answer."),
  content_safety: flag("Finds delicate subjects; found in the vendor's raw answer."),
  content_safety_confidence: {
    type: "number",
    minimum: 25,
    maximum: 100,
    integer: true,
    description: "From which confidence on, in percent; 50 by default.",
  },
  entity_detection: flag("Finds names, places and the like; found in the vendor's raw answer."),
  iab_categories: flag("Finds topics; found in the vendor's raw answer."),
  sentiment_analysis: flag("Judges the mood of sentences; found in the vendor's raw answer."),
  speech_understanding: object("Tasks such as translation of the text or speaker names."),
  summarization: flag("Summarises; found in the vendor's raw answer."),
  summary_model: choice(
    ["informative", "conversational", "catchy"],
    "The style of the summary; `informative` by default.",
  ),
  summary_type: choice(
    ["bullets", "bullets_verbose", "gist", "headline", "paragraph"],
    "The form of the summary; `bullets` by default.",
  ),
};

/**
 * Everything that a transcription can be asked for and that OpenAI's API has no field for. Left out:
 * what `REFUSED_OPTIONS` names.
 *
 * @see https://www.assemblyai.com/docs/api-reference/transcripts/submit
 */
export const assemblyaiOptions: OptionTable = {
  ...audio,
  ...language,
  ...wording,
  ...speakers,
  ...privacy,
  ...understanding,
};

const NO_WEBHOOK = "Earshot waits for the transcript itself and answers with it.";

/** The vendor's parameters that make no sense here or that it no longer takes, and why. */
export const REFUSED_OPTIONS: ReadonlyMap<string, string> = new Map([
  ["webhook_url", NO_WEBHOOK],
  ["webhook_auth_header_name", NO_WEBHOOK],
  ["webhook_auth_header_value", NO_WEBHOOK],
  ["audio_url", "Send `url` in its place."],
  ["speech_model", "AssemblyAI replaced it by `speech_models`; name the model in `model`."],
  ["word_boost", "AssemblyAI no longer takes it. Send `keywords` in its place."],
  ["boost_param", "AssemblyAI no longer takes it."],
  ["dual_channel", "Send `multichannel` in its place."],
]);

/** The provider's own settings. */
export const assemblyaiSettings: OptionTable = {
  region: {
    type: "string",
    values: ["us", "eu"],
    description:
      "Where the audio is processed and kept: us (default) or eu, in place of `api_base`.",
  },
};

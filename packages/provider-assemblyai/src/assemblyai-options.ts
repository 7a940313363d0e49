import type { OptionTable } from "@earshot/core";
import {
  flagOption,
  jsonOption,
  listOption,
  numberOption,
  textOption,
} from "@earshot/provider-kit";

const SHARE = { minimum: 0, maximum: 1 } as const;
const MILLISECONDS = { minimum: 0, integer: true } as const;

const audio: OptionTable = {
  audio_start_from: numberOption(
    "Where to begin, in milliseconds; by default at the start.",
    MILLISECONDS,
  ),
  audio_end_at: numberOption(
    "Where to stop, in milliseconds; by default at the end.",
    MILLISECONDS,
  ),
  multichannel: flagOption("Transcribes every channel for itself; the channels become speakers."),
  speech_threshold: numberOption(
    "Refuses audio with a smaller share of speech; 0 by default.",
    SHARE,
  ),
};

const language: OptionTable = {
  language_code: textOption("The vendor's own code, such as `en_uk`, in place of `language`."),
  language_codes: listOption("Codes of languages that alternate in the audio, one of them `en`."),
  language_detection: flagOption("Finds the language out; by default when no single one is given."),
  language_detection_options: jsonOption(
    "Details of detection: `expected_languages`, `fallback_language`, `code_switching`, `localization` and others.",
  ),
  language_confidence_threshold: numberOption(
    "Refuses audio whose language was detected with less confidence; 0 by default.",
    SHARE,
  ),
};

const wording: OptionTable = {
  speech_models: listOption(
    "Further models, most wanted first, for detected languages that the requested model does not know.",
  ),
  keyterms_prompt: listOption("Names and terms to listen for, together with `keywords`."),
  keyterms_prompt_options: jsonOption("How strictly terms are matched: `keyterms_match_strength`."),
  domain: textOption("A special vocabulary, such as `medical-v1`."),
  custom_spelling: jsonOption('What to write for what was heard: `{"SQL": ["sequel", "sequal"]}`.'),
  punctuate: flagOption("Sets punctuation; true by default."),
  format_text: flagOption("Sets capital letters and writes numbers in digits; true by default."),
  disfluencies: flagOption("Keeps filler words such as `um`; false by default."),
  filter_profanity: flagOption("Replaces swear words by asterisks; false by default."),
  remove_audio_tags: textOption("Removes tags such as `[MUSIC]` from the text.", {
    values: ["all", "speaker"],
  }),
};

const speakers: OptionTable = {
  speaker_labels: flagOption(
    "Tells speakers apart; by default when `diarize` or diarized_json asks.",
  ),
  speakers_expected: numberOption("How many speakers there are.", { minimum: 1, integer: true }),
  speaker_options: jsonOption("Between `min_speakers_expected` and `max_speakers_expected`."),
};

const privacy: OptionTable = {
  redact_pii: flagOption("Removes personal data from the text; false by default."),
  redact_pii_policies: listOption("Which personal data to remove, such as `person_name`."),
  redact_pii_sub: textOption("What to put in its place; `hash` by default.", {
    values: ["entity_name", "hash"],
  }),
  redact_pii_return_unredacted: flagOption("Returns the text with the personal data too."),
  redact_pii_audio: flagOption("Makes a copy of the audio without the personal data."),
  redact_pii_audio_quality: textOption("The format of that copy; mp3 by default.", {
    values: ["mp3", "wav"],
  }),
  redact_pii_audio_options: jsonOption("Details of that copy."),
  redact_static_entities: jsonOption('Terms to remove by label: `{"PROJECT": ["Bearclaw"]}`.'),
  delete_after: flagOption(
    "Earshot's own: deletes transcript and upload at the vendor once they are read; false by default.",
  ),
};

const understanding: OptionTable = {
  auto_chapters: flagOption("Divides into chapters; found in the vendor's raw answer."),
  auto_highlights: flagOption("Finds key phrases; found in the vendor's raw answer."),
  content_safety: flagOption("Finds delicate subjects; found in the vendor's raw answer."),
  content_safety_confidence: numberOption("From which confidence on, in percent; 50 by default.", {
    minimum: 25,
    maximum: 100,
    integer: true,
  }),
  entity_detection: flagOption(
    "Finds names, places and the like; found in the vendor's raw answer.",
  ),
  iab_categories: flagOption("Finds topics; found in the vendor's raw answer."),
  sentiment_analysis: flagOption("Judges the mood of sentences; found in the vendor's raw answer."),
  speech_understanding: jsonOption("Tasks such as translation of the text or speaker names."),
  summarization: flagOption("Summarises; found in the vendor's raw answer."),
  summary_model: textOption("The style of the summary; `informative` by default.", {
    values: ["informative", "conversational", "catchy"],
  }),
  summary_type: textOption("The form of the summary; `bullets` by default.", {
    values: ["bullets", "bullets_verbose", "gist", "headline", "paragraph"],
  }),
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
  region: textOption(
    "Where the audio is processed and kept: us (default) or eu, in place of `api_base`.",
    { values: ["us", "eu"] },
  ),
};

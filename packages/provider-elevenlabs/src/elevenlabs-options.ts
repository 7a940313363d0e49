import type { OptionTable } from "@earshot/core";
import { flagOption, listOption, numberOption, textOption } from "@earshot/provider-kit";

/**
 * Every parameter of ElevenLabs that OpenAI's own fields do not cover.
 *
 * @see https://elevenlabs.io/docs/api-reference/speech-to-text/convert
 */
export const elevenlabsOptions: OptionTable = {
  additional_formats: textOption(
    'More renderings by ElevenLabs, as JSON text such as `[{"format":"docx"}]`; they are in the transcript\'s `raw`.',
  ),
  detect_speaker_roles: flagOption(
    "Names speakers `agent` and `customer` (needs `diarize`, costs 10 % more); default false.",
  ),
  diarization_threshold: numberOption(
    "How different two voices must be to count as two speakers, usually 0.22; needs `diarize`, excludes `num_speakers`.",
    { minimum: 0, maximum: 1 },
  ),
  enable_logging: flagOption(
    "False keeps no logs and no transcript at ElevenLabs, for enterprise customers; default true.",
  ),
  entity_detection: listOption(
    "Entities to look for, such as `all`, `pii` or `person_name`; they are in the transcript's `raw`.",
  ),
  entity_redaction: listOption(
    "Entities to black out in the text; a subset of `entity_detection`.",
  ),
  entity_redaction_mode: textOption(
    "What stands in place of a redacted entity; default `redacted`.",
    { values: ["redacted", "entity_type", "enumerated_entity_type"] },
  ),
  file_format: textOption(
    "`pcm_s16le_16` for headerless 16-bit mono PCM at 16 kHz, which is faster; default `other`.",
    { values: ["pcm_s16le_16", "other"] },
  ),
  keyterms: listOption(
    "Terms to listen for, besides `keywords`; at most 5 words each. More than 100 bill at least 20 seconds.",
    { maxItems: 1000, maxItemLength: 49 },
  ),
  language_code: textOption("ISO 639-1 or 639-3 code of the speech, instead of `language`."),
  multichannel_output_style: textOption(
    "Whether ElevenLabs merges the channels (`combined`) or Earshot does (`separate`, the default).",
    { values: ["separate", "combined"] },
  ),
  no_verbatim: flagOption("Leaves filler words and false starts out (scribe_v2); default false."),
  num_speakers: numberOption(
    "How many people speak at most; by default as many as the model can tell apart.",
    { integer: true, minimum: 1, maximum: 32 },
  ),
  seed: numberOption("Makes repeated requests give the same text as far as possible.", {
    integer: true,
    minimum: 0,
    maximum: 2_147_483_647,
  }),
  tag_audio_events: flagOption("Writes sounds into the text, such as `(laughter)`; default false."),
  timestamps_granularity: textOption(
    "Default `word`; times of characters are in the transcript's `raw`. `none` rules out every format that needs times.",
    { values: ["none", "word", "character"] },
  ),
  transcript_edit: textOption(
    "An instruction by which ElevenLabs edits the text (30 % more), for formats without times.",
    { maxLength: 2000 },
  ),
  use_multi_channel: flagOption(
    "Transcribes up to 5 channels apart, one speaker each; every channel is billed. Default false.",
  ),
  use_speaker_library: flagOption(
    "Names speakers whose voices the workspace knows; needs `diarize`. Default false; clients may send it only with `earshot_settings.allow_remote_inputs`.",
    { reachesOperator: true },
  ),
  webhook: flagOption(
    "True is refused: ElevenLabs would deliver the transcript elsewhere while the client waits for it.",
  ),
};

/** The provider's own settings. */
export const elevenlabsSettings: OptionTable = {
  region: textOption(
    "Where the data stays, for workspaces with data residency; by default ElevenLabs' global host.",
    { values: ["us", "eu", "in", "sg"] },
  ),
};

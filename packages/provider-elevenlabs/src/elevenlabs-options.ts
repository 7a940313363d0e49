import type { OptionTable } from "@earshot/core";

/**
 * Every parameter of ElevenLabs that OpenAI's own fields do not cover.
 *
 * @see https://elevenlabs.io/docs/api-reference/speech-to-text/convert
 */
export const elevenlabsOptions: OptionTable = {
  additional_formats: {
    type: "string",
    description:
      'More renderings by ElevenLabs, as JSON text such as `[{"format":"docx"}]`; they are in the transcript\'s `raw`.',
  },
  detect_speaker_roles: {
    type: "boolean",
    description:
      "Names speakers `agent` and `customer` (needs `diarize`, costs 10 % more); default false.",
  },
  diarization_threshold: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description:
      "How different two voices must be to count as two speakers, usually 0.22; needs `diarize`, excludes `num_speakers`.",
  },
  enable_logging: {
    type: "boolean",
    description:
      "False keeps no logs and no transcript at ElevenLabs, for enterprise customers; default true.",
  },
  entity_detection: {
    type: "string[]",
    description:
      "Entities to look for, such as `all`, `pii` or `person_name`; they are in the transcript's `raw`.",
  },
  entity_redaction: {
    type: "string[]",
    description: "Entities to black out in the text; a subset of `entity_detection`.",
  },
  entity_redaction_mode: {
    type: "string",
    values: ["redacted", "entity_type", "enumerated_entity_type"],
    description: "What stands in place of a redacted entity; default `redacted`.",
  },
  file_format: {
    type: "string",
    values: ["pcm_s16le_16", "other"],
    description:
      "`pcm_s16le_16` for headerless 16-bit mono PCM at 16 kHz, which is faster; default `other`.",
  },
  keyterms: {
    type: "string[]",
    maxItems: 1000,
    maxItemLength: 49,
    description:
      "Terms to listen for, besides `keywords`; at most 5 words each. More than 100 bill at least 20 seconds.",
  },
  language_code: {
    type: "string",
    description: "ISO 639-1 or 639-3 code of the speech, instead of `language`.",
  },
  multichannel_output_style: {
    type: "string",
    values: ["separate", "combined"],
    description:
      "Whether ElevenLabs merges the channels (`combined`) or Earshot does (`separate`, the default).",
  },
  no_verbatim: {
    type: "boolean",
    description: "Leaves filler words and false starts out (scribe_v2); default false.",
  },
  num_speakers: {
    type: "number",
    integer: true,
    minimum: 1,
    maximum: 32,
    description: "How many people speak at most; by default as many as the model can tell apart.",
  },
  seed: {
    type: "number",
    integer: true,
    minimum: 0,
    maximum: 2_147_483_647,
    description: "Makes repeated requests give the same text as far as possible.",
  },
  tag_audio_events: {
    type: "boolean",
    description: "Writes sounds into the text, such as `(laughter)`; default false.",
  },
  timestamps_granularity: {
    type: "string",
    values: ["none", "word", "character"],
    description:
      "Default `word`; times of characters are in the transcript's `raw`. `none` rules out every format that needs times.",
  },
  transcript_edit: {
    type: "string",
    maxLength: 2000,
    description:
      "An instruction by which ElevenLabs edits the text (30 % more), for formats without times.",
  },
  use_multi_channel: {
    type: "boolean",
    description:
      "Transcribes up to 5 channels apart, one speaker each; every channel is billed. Default false.",
  },
  use_speaker_library: {
    type: "boolean",
    description:
      "Names speakers whose voices the workspace knows; needs `diarize`. Default false; clients may send it only with `earshot_settings.allow_remote_inputs`.",
    reachesOperator: true,
  },
  webhook: {
    type: "boolean",
    description:
      "True is refused: ElevenLabs would deliver the transcript elsewhere while the client waits for it.",
  },
};

/** The provider's own settings. */
export const elevenlabsSettings: OptionTable = {
  region: {
    type: "string",
    values: ["us", "eu", "in", "sg"],
    description:
      "Where the data stays, for workspaces with data residency; by default ElevenLabs' global host.",
  },
};

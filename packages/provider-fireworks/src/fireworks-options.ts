import type { OptionTable } from "@earshot/core";

/**
 * Fireworks' form fields besides OpenAI's.
 *
 * @see https://docs.fireworks.ai/api-reference/audio-transcriptions
 */
export const fireworksOptions: OptionTable = {
  vad_model: {
    type: "string",
    values: ["silero", "whisperx-pyannet"],
    description: "The model that finds speech, default silero.",
  },
  alignment_model: {
    type: "string",
    values: ["mms_fa", "tdnn_ffn", "gentle"],
    description:
      "The model that times words, default mms_fa; tdnn_ffn and gentle (dedicated endpoints only) are for English.",
  },
  preprocessing: {
    type: "string",
    values: ["none", "dynamic", "soft_dynamic", "bass_dynamic"],
    description:
      "What evens the loudness out first: dynamic for any audio, soft_dynamic for talks, bass_dynamic for low voices; default none.",
  },
  temperatures: {
    type: "string[]",
    description:
      "Temperatures from 0 to 1 to try in turn while decoding fails, such as 0, 0.2, 0.4; sent as `temperature`, wins over it.",
  },
  min_speakers: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "The fewest speakers to expect, default 1; goes with `diarize`.",
  },
  max_speakers: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "The most speakers to expect, unlimited by default; goes with `diarize`.",
  },
};

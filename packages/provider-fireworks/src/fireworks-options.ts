import type { OptionTable } from "@earshot/core";
import { listOption, numberOption, textOption } from "@earshot/provider-kit";

/**
 * Fireworks' form fields besides OpenAI's.
 *
 * @see https://docs.fireworks.ai/api-reference/audio-transcriptions
 */
export const fireworksOptions: OptionTable = {
  vad_model: textOption("The model that finds speech, default silero.", {
    values: ["silero", "whisperx-pyannet"],
  }),
  alignment_model: textOption(
    "The model that times words, default mms_fa; tdnn_ffn and gentle (dedicated endpoints only) are for English.",
    { values: ["mms_fa", "tdnn_ffn", "gentle"] },
  ),
  preprocessing: textOption(
    "What evens the loudness out first: dynamic for any audio, soft_dynamic for talks, bass_dynamic for low voices; default none.",
    { values: ["none", "dynamic", "soft_dynamic", "bass_dynamic"] },
  ),
  temperatures: listOption(
    "Temperatures from 0 to 1 to try in turn while decoding fails, such as 0, 0.2, 0.4; sent as `temperature`, wins over it.",
  ),
  min_speakers: numberOption("The fewest speakers to expect, default 1; goes with `diarize`.", {
    minimum: 1,
    integer: true,
  }),
  max_speakers: numberOption(
    "The most speakers to expect, unlimited by default; goes with `diarize`.",
    { minimum: 1, integer: true },
  ),
};
